/** German sentences for servers that cannot be reached; English ones are in connection-problems.ts. */
import type { ConnectionProblemTexts } from './connection-problems.ts'

export const germanConnections: ConnectionProblemTexts = {
  not_connected: (one) =>
    `${one.server} hat unter ${one.host} innerhalb von ${one.seconds} s keine Verbindung angenommen.`,
  not_answered: (one) => `${one.server} hat innerhalb von ${one.seconds} s nicht geantwortet.`,
  not_finished: (one) => `${one.server} wurde innerhalb von ${one.seconds} s mit der Antwort nicht fertig.`,
  answer_too_long: ({ server }) => `${server} hat mehr gesendet, als verlangt war.`,
  answer_cut: ({ server }) => `${server} hat die Antwort abgebrochen.`,
  connection_refused: ({ server, host }) => `${server} hat die Verbindung unter ${host} abgelehnt.`,
  host_unknown: ({ server, host }) => `${server} wurde nicht gefunden: Der Name ${host} ist unbekannt.`,
  certificate_name: ({ server, host }) =>
    `Das Zertifikat von ${server} unter ${host} gilt für einen anderen Namen: Nimm diesen Namen (bei Plex den, der auf plex.direct endet).`,
  certificate_expired: ({ server, host }) => `Das Zertifikat von ${server} unter ${host} ist abgelaufen.`,
  certificate_not_yet: ({ server, host }) =>
    `Das Zertifikat von ${server} unter ${host} gilt noch nicht: Prüfe die Uhren beider Rechner.`,
  certificate_unknown: ({ server, host, said }) =>
    `Das Zertifikat von ${server} unter ${host} stammt von keiner bekannten Stelle (${said}). Ist es ein eigenes, dann gib in NODE_EXTRA_CA_CERTS die Datei der ausstellenden Stelle an und starte PlexSync neu.`,
  no_tls: ({ server, host }) => `${server} spricht unter ${host} kein TLS: Vielleicht braucht die Adresse http.`,
  connection_cut: ({ server, host, plain }) =>
    `${server} hat die Verbindung unter ${host} vor der Antwort getrennt.${plain ? ' Nimmt der Server nur sichere Verbindungen an, dann nimm die Adresse, die mit https:// beginnt.' : ''}`,
  network_failed: ({ server, host, said }) => `${server} ist unter ${host} nicht erreichbar (${said}).`,
  no_http: ({ server, host }) => `${server} spricht unter ${host} kein HTTP; vielleicht braucht die Adresse https.`,
  request_failed: ({ server, host, said }) => `Die Anfrage an ${server} unter ${host} ist fehlgeschlagen (${said}).`,
}

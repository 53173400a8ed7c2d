/** German sentences for the steps of installing the plugin; English ones are in plugin-step-texts.ts. */
import type { AddressReason, PluginStepTexts } from './plugin-steps.ts'

const reasons: Readonly<Record<AddressReason, string>> = {
  named: 'in webhook_hosts eingetragen',
  listened_on: 'die Adresse aus webhook_host',
  way_to_stash: 'dort führt der Weg zu Stash vorbei',
  same_machine: 'Stash läuft auf diesem Rechner',
  container: 'falls Stash in einem Container auf diesem Rechner läuft',
}

export const germanPluginSteps: PluginStepTexts = {
  network_only: () =>
    'Stash erreicht PlexSync nur über ein Netzwerk. Dort wird nichts installiert, solange du keine Variante wählst: ' +
    'Änderungen kommen auch so in wenigen Sekunden an. js wartet ohne Zeitgrenze auf PlexSync; python kostet etwa 0,1 s je gespeicherter Szene.',
  address: ({ base, why }) => `Adresse für Stash: ${base} (${reasons[why]}).`,
  replaces: ({ version, variant, base }) =>
    `In Stash ist Version ${version} (${variant}) installiert, die an ${base} sendet: sie wird ersetzt.`,
  id_taken: ({ id, own }) =>
    `In Stash ist ein anderes Plugin mit der Kennung „${id}“ installiert, das Stash für „${own}“ hält. ` +
    'Entferne es in Stash unter Settings > Plugins (oder lösche seinen Ordner und lade die Plugins neu), dann installiere noch einmal.',
  other_plexsync: ({ base, id }) =>
    `In Stash ist das Plugin eines anderen PlexSync installiert, das an ${base} sendet. Es bleibt unberührt. ` +
    `Wenn du beide willst, installiere dieses daneben, mit der Kennung „${id}“.`,
  beside_other: ({ base, id }) =>
    `Das Plugin des anderen PlexSync, das an ${base} sendet, bleibt: dieses bekommt die Kennung „${id}“.`,
  folder_not_writable: ({ why }) => `Der Plugin-Ordner von Stash ist von hier aus nicht beschreibbar (${why}).`,
  not_written: ({ message }) => `Nicht geschrieben (${message}).`,
  written: ({ folder, variant }) => `Nach ${folder} geschrieben, Variante ${variant}; Stash hat es geladen.`,
  not_seen: ({ folder, problem }) =>
    `Stash sieht nicht, was nach ${folder} geschrieben wurde: es läuft in einem Container oder hat anderswo eine frühere Kopie. ` +
    (problem === null ? 'Es wurde wieder entfernt.' : `Es ließ sich nicht wieder entfernen (${problem}).`),
  not_listening: () =>
    'Stash bekommt das Plugin nur, während PlexSync läuft: starte es (plexsync serve), dann installiere noch einmal.',
  no_packages: () =>
    'Dieses Stash kann keine Pakete installieren (das geht seit 0.24): exportiere das Plugin und kopiere es, oder aktualisiere Stash.',
  package_loaded: ({ base, variant }) => `Stash hat das Paket von ${base} geholt, Variante ${variant}, und geladen.`,
  stash_busy: () => 'Stash ist beschäftigt: es hat die Installation nicht rechtzeitig begonnen oder beendet.',
  package_not_got: ({ base }) => `Stash konnte das Paket nicht von ${base} holen; der Grund steht in seinem Protokoll.`,
  switched_on: () => 'Es war in Stash abgeschaltet: jetzt ist es wieder eingeschaltet.',
  no_address: () =>
    'Stash erreicht PlexSync unter keiner dieser Adressen. Lass PlexSync dort lauschen, wo Stash es erreicht (webhook_host), ' +
    'trag die Adresse in webhook_hosts ein und installiere noch einmal.',
  removed: () => 'Das Plugin wurde wieder entfernt.',
  left_off: () => 'Das Plugin bleibt abgeschaltet in Stash, damit es nicht stört.',
  put_back: () => 'Was vorher da war, ist wieder da.',
  reached: ({ base }) => `Geprüft: Das Plugin erreicht PlexSync unter ${base}.`,
  runs_untested: () => 'Das Plugin läuft. Ob es PlexSync erreicht, zeigt sich, sobald PlexSync läuft (plexsync serve).',
  untested: () => 'Ob das Plugin PlexSync erreicht, zeigt sich, sobald PlexSync läuft (plexsync serve).',
  did_not_reach: ({ variant, said }) =>
    `Das Plugin (${variant}) hat PlexSync nicht erreicht${said === null ? ': es kam kein Test-Hook an' : ` (${said})`}.`,
  cannot_run: ({ variant, said }) => `Stash kann das Plugin (${variant}) nicht ausführen (${said}).`,
}

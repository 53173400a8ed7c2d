import { javascriptLiteral } from './literals.ts'
import type { CompanionSpec } from './manifest.ts'

/**
 * The script of the embedded variant. Stash runs it inside its own process, in goja (ES6) since 0.26 and in otto (ES5)
 * before; a script that does not compile would silence the plugins after it, so it is ES5.
 *
 * Stash: plugins have no network of their own, but the query validateStashBoxCredentials makes Stash POST to any address,
 * with `api_key` as the header `ApiKey`, and writes no error into its log where nobody answers.
 */
export function javascriptSource({ base, token }: CompanionSpec): string {
  return String.raw`// Tells PlexSync what changed: type, id and names of the changed fields, nothing else.
// Made by PlexSync for this one Stash. Change nothing here: install the plugin again instead.
(function () {
  var endpoint = ${javascriptLiteral(`${base}/hooks/stash/ack`)};
  var token = ${javascriptLiteral(token)};
  // By the only way out that Stash gives to a script: its check of a stash-box login, asked about PlexSync.
  var query = "query TellPlexSync($input: StashBoxInput!) { validateStashBoxCredentials(input: $input) { valid status } }";

  function tell(parameters) {
    var box = { endpoint: endpoint + "?" + parameters, api_key: token, name: "PlexSync" };
    var answer = gql.Do(query, { input: box }).validateStashBoxCredentials;
    return answer.valid ? "ok" : "no answer from " + endpoint + ": " + answer.status;
  }

  function parametersOf(hook) {
    var parameters = "type=" + encodeURIComponent(hook.type) + "&id=" + encodeURIComponent(hook.id);
    var fields = [];
    var given = hook.inputFields;
    for (var at = 0; given && at < given.length; at++) fields.push(String(given[at]));
    // None named means that it is not known what changed, as after a scan; not that nothing did.
    return fields.length === 0 ? parameters : parameters + "&fields=" + encodeURIComponent(fields.join(","));
  }

  function run() {
    var args = input.Args || {};
    if (args.mode === "ping") {
      var said = tell("type=ping");
      if (said === "ok") log.Info("PlexSync answers at " + endpoint);
      else log.Warn("PlexSync: " + said);
      return said;
    }
    if (!args.hookContext || !args.hookContext.type) return "nothing to tell";
    var told = tell(parametersOf(args.hookContext));
    if (told !== "ok") log.Debug(told);
    return told;
  }

  var output;
  try {
    output = run();
  } catch (error) {
    // A save must not fail because PlexSync was not told: its next sweep finds the change.
    output = "failed: " + error;
    log.Debug(output);
  }
  // Both must be there: Stash stumbles over a missing Error, and cannot hand on letters beyond ASCII.
  return { Output: output.replace(/[^\x20-\x7e]/g, "?"), Error: null };
})();
`
}

// The body of a function, which plexsync.js makes where there is something to tell.
var endpoint = "@@ENDPOINT@@";
var token = "@@TOKEN@@";
// By the only way out that Stash gives to a script: its check of a stash-box login, asked about PlexSync.
var query = "query TellPlexSync($input: StashBoxInput!) { validateStashBoxCredentials(input: $input) { valid status } }";
var atOnce = 200;

function tell(parameters) {
  var box = { endpoint: endpoint + "?" + parameters, api_key: token, name: "PlexSync" };
  var answer = gql.Do(query, { input: box }).validateStashBoxCredentials;
  return answer.valid ? "ok" : "no answer from " + endpoint + ": " + answer.status;
}

function listOf(input) {
  var list = input && (input.ids || input);
  return list && list.length > 1 ? list : null;
}

function idAt(list, at) {
  return String(list[at] && list[at].id !== undefined ? list[at].id : list[at]);
}

function idsOf(list) {
  var ids = [];
  for (var at = 0; at < list.length; at++) {
    var id = idAt(list, at);
    if (/^[0-9]+$/.test(id)) ids.push(id);
  }
  return ids;
}

function fieldsOf(hook) {
  var fields = [];
  // An array of inputs: each scene may have other fields, so that none are named.
  var given = hook.input && hook.input.length > 1 ? null : hook.inputFields;
  for (var at = 0; given && at < given.length; at++) fields.push(String(given[at]));
  // None named means that it is not known what changed, as after a scan; not that nothing did.
  return fields.length === 0 ? "" : "&fields=" + encodeURIComponent(fields.join(","));
}

function tellHook(hook) {
  var type = "type=" + encodeURIComponent(hook.type);
  var list = listOf(hook.input);
  var fields = fieldsOf(hook);
  if (list === null) return tell(type + "&id=" + encodeURIComponent(hook.id) + fields);
  var ids = idsOf(list);
  var told = "ok";
  for (var from = 0; from < ids.length && told === "ok"; from += atOnce)
    told = tell(type + "&ids=" + ids.slice(from, from + atOnce).join(",") + fields);
  return told;
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
  var told = tellHook(args.hookContext);
  if (/^(no answer|failed)/.test(told)) log.Debug(told);
  return told;
}

var output;
try {
  output = run();
} catch (error) {
  // A save must not fail because PlexSync was not told: the change probe finds the change.
  output = "failed: " + error;
  log.Debug(output);
}
// No Error: Stash 0.24 and 0.25 take even null for one. Stash cannot hand on letters beyond ASCII.
return { Output: output.replace(/[^\x20-\x7e]/g, "?") };

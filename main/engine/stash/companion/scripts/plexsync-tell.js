// The body of a function, which plexsync.js makes where there is something to tell. Each statement ends in a semicolon.
var endpoint = "@@ENDPOINT@@";

// By the only way out that Stash gives to a script: its check of a stash-box login, asked about PlexSync.
function tell(parameters) {
  var box = { endpoint: endpoint + "?type=" + parameters, api_key: "@@TOKEN@@", name: "PlexSync" };
  var query = "query($input: StashBoxInput!) { validateStashBoxCredentials(input: $input) { valid status } }";
  var reply = gql.Do(query, { input: box }).validateStashBoxCredentials;
  return reply.valid ? "ok" : "no answer from " + endpoint + ": " + reply.status;
}

function tellHook(hook, edit) {
  // None named means that it is not known what changed, as after a scan; not that nothing did. Of an array of inputs each
  // scene may have other fields.
  var given = (edit && edit.length > 1 ? null : hook.inputFields) || [];
  var fields = given.length === 0 ? "" : "&fields=" + encodeURIComponent([].slice.call(given).join(","));
  var type = encodeURIComponent(hook.type);
  var list = edit && (edit.ids || edit);
  if (!list || !(list.length > 1)) return tell(type + "&id=" + hook.id + fields);
  var told = "ok";
  for (var at = 0; at < list.length && told === "ok"; at += 200) {
    var ids = [].slice.call(list, at, at + 200);
    for (var one = 0; edit[0] && edit[0].id && one < ids.length; one++) ids[one] = ids[one].id;
    told = tell(type + "&ids=" + ids.join(",") + fields);
  }
  return told;
}

var output = "nothing to tell";
try {
  var args = input.Args || {};
  var hook = args.hookContext;
  if (args.mode === "ping") {
    output = tell("ping");
    if (output === "ok") log.Info("PlexSync answers at " + endpoint);
    else log.Warn("PlexSync: " + output);
  } else if (hook && hook.type) {
    output = tellHook(hook, hook.input);
    if (output !== "ok") log.Debug(output);
  }
} catch (error) {
  // A save must not fail because PlexSync was not told: the change probe finds the change.
  output = "failed: " + error;
  log.Debug(output);
}
// No Error: Stash 0.24 and 0.25 take even null for one. Stash cannot hand on letters beyond ASCII.
return { Output: output.replace(/[^\x20-\x7e]/g, "?") };

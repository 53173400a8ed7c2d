// Tells PlexSync what changed: type, ids and names of the changed fields, nothing else.
// Made by PlexSync for this one Stash. Change nothing here: install the plugin again instead.
var hook = (input.Args || {}).hookContext;
var ids = hook && hook.input;
ids && (ids = ids.ids || ids).length > 1 && hook.id != (ids[0] > 0 ? ids[0] : ids[0].id) ? {} : new Function("@@TELL@@")();

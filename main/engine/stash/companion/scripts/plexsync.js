// Tells PlexSync what changed: type, ids and names of the changed fields, nothing else.
// Made by PlexSync for this one Stash. Change nothing here: install the plugin again instead.
var hook = (input.Args || {}).hookContext;
var edit = hook && hook.input;
var list = edit && (edit.ids || edit);
list && list.length > 1 && hook.id != (list[0].id || list[0]) ? {} : new Function("@@TELL@@")();

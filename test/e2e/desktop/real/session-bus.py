#!/usr/bin/env python3
"""Uses the session bus as a panel does. Prints one JSON document.

session-bus.py owns NAME           whether anybody owns a name
session-bus.py tray PID            the tray item of a process, and its menu; null while there is none
session-bus.py click PID LABEL     the menu entry that begins with LABEL
session-bus.py activate PID        a left click on the icon
"""
import hashlib
import json
import sys
import time

import dbus

WATCHER = 'org.kde.StatusNotifierWatcher'
ITEM = 'org.kde.StatusNotifierItem'
MENU = 'com.canonical.dbusmenu'
PROPERTIES = 'org.freedesktop.DBus.Properties'
bus = dbus.SessionBus()
driver = dbus.Interface(bus.get_object('org.freedesktop.DBus', '/'), 'org.freedesktop.DBus')


def item_of(pid):
    watcher = bus.get_object(WATCHER, '/StatusNotifierWatcher')
    for name in watcher.Get(WATCHER, 'RegisteredStatusNotifierItems', dbus_interface=PROPERTIES):
        service, slash, path = str(name).partition('/')
        if driver.GetConnectionUnixProcessID(service) == pid:
            return service, '/' + path if slash else '/StatusNotifierItem'
    return None


def entries_of(service, menu_path):
    menu = bus.get_object(service, menu_path)
    _, (_, _, children) = menu.GetLayout(0, -1, dbus.Array([], signature='s'), dbus_interface=MENU)
    for number, values, _ in children:
        if str(values.get('type', 'standard')) != 'separator':
            yield {
                'id': int(number),
                'label': str(values.get('label', '')).replace('__', '_'),
                'enabled': bool(values.get('enabled', True)),
            }


def menu_path_of(service, path):
    return str(bus.get_object(service, path).Get(ITEM, 'Menu', dbus_interface=PROPERTIES))


def tray(pid):
    found = item_of(pid)
    if found is None:
        return None
    service, path = found
    values = bus.get_object(service, path).GetAll(ITEM, dbus_interface=PROPERTIES)
    pixels = b''.join(bytes(data) for _, _, data in values.get('IconPixmap', []))
    return {
        'title': str(values.get('Title', '')),
        'tooltip': str(values['ToolTip'][2]) if 'ToolTip' in values else '',
        'icon': hashlib.sha256(pixels).hexdigest()[:12],
        'menu': list(entries_of(service, menu_path_of(service, path))),
    }


def click(pid, label):
    service, path = item_of(pid)
    menu_path = menu_path_of(service, path)
    for entry in entries_of(service, menu_path):
        if entry['label'].startswith(label):
            menu = bus.get_object(service, menu_path)
            now = dbus.UInt32(int(time.time()) & 0xFFFFFFFF)
            menu.Event(entry['id'], 'clicked', dbus.Int32(0), now, dbus_interface=MENU)
            return entry['enabled']
    return False


def main():
    command, first, *rest = sys.argv[1:]
    if command == 'owns':
        return bool(bus.name_has_owner(first))
    pid = int(first)
    if command == 'tray':
        return tray(pid)
    if command == 'click':
        return click(pid, rest[0])
    if command == 'activate':
        service, path = item_of(pid)
        bus.get_object(service, path).Activate(0, 0, dbus_interface=ITEM)
        return True
    raise SystemExit(f'no command {command}')


try:
    print(json.dumps(main()))
except dbus.DBusException as problem:
    print(problem, file=sys.stderr)
    print('null')

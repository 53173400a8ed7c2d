import { describe, expect, it } from 'vitest'
import { compilePathRules, formatPathRules, type PathRules } from './path-rules.ts'

function compile(text: string): PathRules {
  const compiled = compilePathRules(text)
  if (!compiled.ok) throw new Error(compiled.fault.message)
  return compiled.value
}

function messageOf(text: string): string {
  const compiled = compilePathRules(text)
  return compiled.ok ? 'no fault' : `${compiled.fault.code}: ${compiled.fault.message}`
}

describe('prefix rules', () => {
  it.each([
    ['POSIX to POSIX', '/data=>/media', '/data/a/x.mp4', '/media/a/x.mp4'],
    ['trailing separators', '/data/ => /media/', '/data/a/x.mp4', '/media/a/x.mp4'],
    ['doubled separators', '/data//in => /media', '/data/in//x.mp4', '/media/x.mp4'],
    ['Windows to POSIX', 'D:\\media => /mnt/media', 'D:\\media\\a\\x.mp4', '/mnt/media/a/x.mp4'],
    ['Windows, slashes in the rule', 'd:/media => /mnt/media', 'D:\\Media\\a\\x.mp4', '/mnt/media/a/x.mp4'],
    ['a whole drive', 'D:\\ => /mnt/d', 'D:\\x.mp4', '/mnt/d/x.mp4'],
    ['a drive without separator', 'D: => /mnt/d', 'D:\\a\\x.mp4', '/mnt/d/a/x.mp4'],
    ['POSIX to Windows', '/data => D:\\media', '/data/a/x.mp4', 'D:\\media\\a\\x.mp4'],
    ['POSIX to Windows with slashes', '/data => D:/media', '/data/a/x.mp4', 'D:/media/a/x.mp4'],
    ['POSIX to a drive', '/data => E:', '/data/a/x.mp4', 'E:\\a\\x.mp4'],
    ['POSIX to a share', '/data => \\\\nas\\media', '/data/a/x.mp4', '\\\\nas\\media\\a\\x.mp4'],
    ['share to POSIX', '\\\\NAS\\media => /mnt/media', '\\\\nas\\Media\\a\\x.mp4', '/mnt/media/a/x.mp4'],
    ['share to Windows', '//nas/media => E:\\', '\\\\nas\\media\\a\\x.mp4', 'E:\\a\\x.mp4'],
    ['a long Windows path', 'D:\\media => /mnt', '\\\\?\\D:\\media\\x.mp4', '/mnt/x.mp4'],
    ['mixed separators in the target', '/data => D:\\media/in', '/data/a/x.mp4', 'D:\\media\\in\\a\\x.mp4'],
    ['from the root', '/ => /mnt/host', '/data/x.mp4', '/mnt/host/data/x.mp4'],
    ['to the root', '/data => /', '/data/x.mp4', '/x.mp4'],
    ['a decomposed name under a composed rule', '/caf\u00e9 => /m', '/cafe\u0301/x.mp4', '/m/x.mp4'],
    ['the longest prefix wins', '/data => /media; /data/a => /other', '/data/a/x.mp4', '/other/x.mp4'],
    ['a POSIX name with a backslash', '/data => /media', '/data/AC\\DC.mp4', '/media/AC\\DC.mp4'],
  ])('map %s', (_, rules, path, expected) => {
    expect(compile(rules).map(path)?.path).toBe(expected)
  })

  it.each([
    ['half a folder name', '/media/a => /m', '/media/ab/x.mp4'],
    ['another letter case on POSIX', '/Data => /m', '/data/x.mp4'],
    ['another drive', 'D:\\ => /m', 'E:\\x.mp4'],
    ['a POSIX path under a Windows rule', 'D:\\ => /m', '/D:/x.mp4'],
    ['a name that Windows would take apart', '/data => D:\\media', '/data/AC\\DC.mp4'],
  ])('do not cover %s', (_, rules, path) => {
    expect(compile(rules).map(path)).toBeNull()
  })

  it('say which rule it was', () => {
    expect(compile('/a=>/b;/data=>/media').map('/data/x.mp4')?.rule).toBe('/data => /media')
  })

  it('bring several folders together and take them apart again', () => {
    const rules = compile('/mnt/disk1 => /mnt/user; /mnt/disk2 => /mnt/user')
    expect(rules.map('/mnt/disk2/x.mp4')?.path).toBe('/mnt/user/x.mp4')
    expect(rules.unmapAll('/mnt/user/x.mp4').map(({ path }) => path)).toEqual(['/mnt/disk1/x.mp4', '/mnt/disk2/x.mp4'])
  })

  it('do not unmap to a path that a longer rule takes elsewhere', () => {
    const rules = compile('/data => /media; /data/a => /other')
    expect(rules.unmap('/media/a/x.mp4')).toBeNull()
    expect(rules.unmap('/other/x.mp4')?.path).toBe('/data/a/x.mp4')
    expect(rules.unmap('/elsewhere/x.mp4')).toBeNull()
  })
})

describe('the setting’s text', () => {
  it('takes the form of the environment, blanks and line ends', () => {
    expect(formatPathRules(compile('/data=>/media; D:\\media=>/mnt/media'))).toBe(
      '/data => /media; D:\\media => /mnt/media',
    )
    expect(formatPathRules(compile('\n /data => /media\r\n\r\n/b => /c ;; '))).toBe('/data => /media; /b => /c')
    expect(compile('  ').rules).toEqual([])
  })

  it('quotes what would be cut', () => {
    const text = '"/data;1" => "/media => ""x"" "; /it"s => /m'
    const rules = compile(text)
    expect(rules.map('/data;1/x.mp4')?.path).toBe('/media => "x" /x.mp4')
    expect(rules.map('/it"s/x.mp4')?.path).toBe('/m/x.mp4')
    expect(formatPathRules(rules)).toBe(text)
  })

  it('takes the same rule twice as one', () => {
    expect(compile('/data => /media; /data => /media').rules).toHaveLength(1)
  })

  it.each([
    ['/data', 'invalid_input: path_map: rule 1 "/data": has no "=>"'],
    ['/a => /b; /data -> /media', 'path_map: rule 2 "/data -> /media": has no "=>"; write it as'],
    ['/a => /b => /c', 'rule 1 "/a => /b => /c": has more than one "=>"'],
    ['=> /b', 'nothing comes before "=>"'],
    ['/a =>', 'nothing comes after "=>"'],
    ['data => /media', '"data" is not a whole path; begin it with /, a drive (D:\\) or \\\\server\\share'],
    ['/data => media', '"media" is not a whole path'],
    ['/a => /b; /a/ => /c', 'path_map: rule 2 "/a/ => /c": rule 1 already maps /a/; remove one'],
    ['"/a => /b', 'the double quote is not closed'],
    ['/^\\/data\\/.*$/ => /media', 'regular expression without a named group'],
    ['/data/(?<a>.+/ => /m/$<a>', 'the group "a" is not closed'],
    ['/data/(?<a>[^/]+)/.*/(?<b>.+)/ => /m/$<a>/$<b>', '"." is outside a named group'],
    ['/data/(?<a>.+)/ => /m/$<b>', '$<b> names a group that the left side does not have; it has a'],
    ['/data/(?<a>[^/]+)/(?<b>.+)/ => /m/$<b>', 'uses the group "a" 0 times on the right'],
    ['/data/(?<a>.+)/ => m/$<a>', 'the right side is not a whole path'],
    ['/data/(?<a>[)/ => /m/$<a>', 'is not closed'],
    ['/data/(?<a>*)/ => /m/$<a>', 'correct the pattern'],
    ['/data/(?<a>[^/]+)-(?<b>[^/]+)/ => /media/$<b>-$<a>', 'does not survive the way back: /data/'],
    ['/data/(?<a>.*)(?<b>[^/]*)/ => /m/$<b>/$<a>', 'does not survive the way back'],
  ])('%s is refused: %s', (text, expected) => {
    expect(messageOf(text)).toContain(expected)
  })
})

describe('pattern rules', () => {
  it('put named groups in another order, and back', () => {
    const rules = compile('/^/data/(?<year>\\d{4})/(?<studio>[^/]+)/(?<rest>.+)$/ => /media/$<studio>/$<year>/$<rest>')
    expect(rules.map('/data/2024/Studio A/b/x.mp4')?.path).toBe('/media/Studio A/2024/b/x.mp4')
    expect(rules.unmap('/media/Studio A/2024/b/x.mp4')?.path).toBe('/data/2024/Studio A/b/x.mp4')
    expect(rules.map('/data/24/Studio A/x.mp4')).toBeNull()
  })

  it('are tried before prefixes', () => {
    const rules = compile('/data => /media; /\\/data\\/new\\/(?<rest>.+)/ => /fresh/$<rest>')
    expect(rules.map('/data/new/x.mp4')?.path).toBe('/fresh/x.mp4')
    expect(rules.map('/data/old/x.mp4')?.path).toBe('/media/old/x.mp4')
  })

  it('work on Windows paths with either separator', () => {
    const rules = compile('/D:\\\\in\\\\(?<studio>[^\\\\]+)\\\\(?<rest>.+)/ => /mnt/all/$<studio>/$<rest>')
    expect(rules.map('d:\\In\\A\\b\\x.mp4')?.path).toBe('/mnt/all/A/b/x.mp4')
    expect(rules.unmap('/mnt/all/A/b/x.mp4')?.path).toBe('D:\\in\\A\\b\\x.mp4')
  })

  it('write the separator of the target', () => {
    const rules = compile('/data/(?<rest>.+)/ => \\\\nas\\media\\$<rest>')
    expect(rules.map('/data/a/x.mp4')?.path).toBe('\\\\nas\\media\\a\\x.mp4')
    expect(rules.unmap('\\\\NAS\\media\\a\\x.mp4')?.path).toBe('/data/a/x.mp4')
  })

  it('leave a path alone that would not come back as itself', () => {
    const rules = compile('/data/(?<a>[^/]+)~(?<b>[^/]+)/ => /media/$<b>~$<a>')
    expect(rules.map('/data/x~y')?.path).toBe('/media/y~x')
    expect(rules.map('/data/x~y~z')).toBeNull()
  })

  it('leave /data/ a folder', () => {
    expect(compile('/data/ => /media/').map('/data/x.mp4')?.path).toBe('/media/x.mp4')
  })
})

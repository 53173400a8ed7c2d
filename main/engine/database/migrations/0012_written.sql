-- Lists of names learn quotes: `"Big, Bold"` is one name. A stored name that begins with a quote gets quotes of its own, so
-- that it keeps its meaning; a list whose quotes already enclose a comma was meant as it is read from now on.
WITH RECURSIVE
  list(name, text) AS (
    SELECT name, json_extract(value, '$') || ',' FROM setting
    WHERE name IN ('plex_library', 'tag_allow', 'tag_deny')
  ),
  cut(name, at, piece, rest) AS (
    SELECT name, 0, '', text FROM list
    UNION ALL
    SELECT name, at + 1, trim(substr(rest, 1, instr(rest, ',') - 1)), substr(rest, instr(rest, ',') + 1)
    FROM cut WHERE rest <> ''
  ),
  piece(name, at, piece, opens, is_odd) AS (
    SELECT name, at, piece, substr(piece, 1, 1) = '"', (length(piece) - length(replace(piece, '"', ''))) % 2
    FROM cut WHERE piece <> ''
  ),
  enclosing(name) AS (
    SELECT DISTINCT one.name FROM piece AS one JOIN piece AS other ON other.name = one.name AND other.at > one.at
    WHERE one.opens AND one.is_odd AND substr(other.piece, -1) = '"'
  ),
  requoted(name, text) AS (
    SELECT name, group_concat(iif(opens, '"' || replace(piece, '"', '""') || '"', piece), ', ' ORDER BY at)
    FROM piece WHERE name NOT IN (SELECT name FROM enclosing) GROUP BY name HAVING max(opens)
  )
UPDATE setting SET value = (SELECT json_quote(text) FROM requoted WHERE requoted.name = setting.name)
WHERE name IN (SELECT name FROM requoted);

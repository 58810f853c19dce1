/**
 * The first line of a changed schema (`migrations/schema.sql`) that the code of the earlier one cannot use: something was removed or altered, a new
 * column needs a value, or a rule was added to a table that existed. Null if the schema was only expanded.
 */
export function contractingChange(earlier: string, later: string): string | null {
  const [before, after] = [linesOf(earlier), linesOf(later)]
  const tables = new Set([...before].flatMap((line) => tableOf(line) ?? []))
  const added = [...after].filter((line) => !before.has(line))
  const removed = [...before].filter((line) => !after.has(line))
  const widened = new Set(added.filter((line) => removed.some((each) => isWidened(each, line))))
  const isInTheWay = (line: string) => tables.has(tableOf(line) ?? '') && !widened.has(line) && asksMore(line)
  return removed.find((line) => !added.some((each) => isWidened(line, each))) ?? added.find(isInTheWay) ?? null
}

/** Each line that code depends on, with the name of its table, without the comma that depends on the line that follows. */
function linesOf(schema: string): Set<string> {
  let table = ''
  return new Set(
    schema.split('\n').flatMap((line) => {
      const created = /^create table (\w+)/.exec(line)?.[1]
      if (created !== undefined) table = created
      if (/^\);$|^$|^--|^create index | set statistics /i.test(line)) return []
      const text = line.trim().replace(/,$/, '')
      return line.startsWith('  ') ? [`${table}: ${text}`] : [text]
    }),
  )
}

const tableOf = (line: string): string | undefined =>
  (/^create table (\w+)|^(\w+): |^alter table (\w+)|^create unique index \w+ on (?:\w+\.)?(\w+)/i.exec(line) ?? [])
    .slice(1)
    .find(Boolean)

const asksMore = (line: string): boolean =>
  (/^\w+: .* not null/.test(line) && !/ default | generated /.test(line)) ||
  (line.startsWith('alter table') && !/foreign key/i.test(line)) ||
  /^create unique index/i.test(line)

/** The same constraint, which allows more values. */
function isWidened(earlier: string, later: string): boolean {
  const nameOf = (line: string) => /^alter table \w+ add constraint \w+ CHECK/.exec(line)?.[0]
  const values = (line: string) => [...line.matchAll(/'[^']*'/g)].map(([value]) => value)
  const shape = (line: string) => line.replaceAll(/'[^']*'::\w+(?:, )?/g, '')
  return (
    nameOf(earlier) !== undefined &&
    nameOf(earlier) === nameOf(later) &&
    shape(earlier) === shape(later) &&
    values(earlier).every((value) => values(later).includes(value))
  )
}

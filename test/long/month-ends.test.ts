import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { intervalsAfter, periodAt } from '#services/catalog/products/interval.js'
import { childEnvironment } from '../support/child-environment.js'
import { runTool } from '../support/install-tools.js'
import { itUnless, withoutGo, withoutMaven, withoutProgram } from '../support/skip.js'

const goReason = withoutGo()
const pythonReason = withoutProgram('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], /True/)
const javaReason = withoutMaven()
const rustReason = withoutProgram('cargo', ['--version'], /cargo 1\.(?:[89]\d|\d{3})/)

const NODE = `
import { addMonths, addYears, differenceInMonths, differenceInYears } from 'date-fns'
import dayjs from 'dayjs'
import utc from 'dayjs/plugin/utc.js'
import { DateTime } from 'luxon'
import { Temporal } from 'temporal-polyfill'
import { createRequire } from 'node:module'

dayjs.extend(utc)
const [END, SHORT, LEAP, NEXT] = ['2026-01-31', '2026-02-28', '2024-02-29', '2025-02-28']
const print = (name, ...values) => console.log([name, createRequire(import.meta.url)('./node_modules/' + name + '/package.json').version, ...values].join(' '))
const day = (date) => date.toISOString().slice(0, 10)
print('date-fns', day(addMonths(new Date(END), 1)), differenceInMonths(new Date(SHORT), new Date(END)), day(addYears(new Date(LEAP), 1)), differenceInYears(new Date(NEXT), new Date(LEAP)))
print('dayjs', day(dayjs.utc(END).add(1, 'month')), dayjs.utc(SHORT).diff(END, 'month'), day(dayjs.utc(LEAP).add(1, 'year')), dayjs.utc(NEXT).diff(LEAP, 'year'))
const at = (text) => DateTime.fromISO(text, { zone: 'utc' })
print('luxon', at(END).plus({ months: 1 }).toISODate(), Math.floor(at(SHORT).diff(at(END), 'months').months), at(LEAP).plus({ years: 1 }).toISODate(), Math.floor(at(NEXT).diff(at(LEAP), 'years').years))
const plain = (text) => Temporal.PlainDate.from(text)
print('temporal-polyfill', plain(END).add('P1M'), plain(END).until(SHORT, { largestUnit: 'month' }).months, plain(LEAP).add('P1Y'), plain(LEAP).until(NEXT, { largestUnit: 'year' }).years)
`
const PYTHON = `
from datetime import date
from importlib.metadata import version

import arrow
import isodate
import pendulum
from dateutil.relativedelta import relativedelta
from whenever import Date

END, SHORT, LEAP, NEXT = date(2026, 1, 31), date(2026, 2, 28), date(2024, 2, 29), date(2025, 2, 28)


def show(name, *values):
    print(name, version(name), *values)


show("python-dateutil", END + relativedelta(months=1), relativedelta(SHORT, END).months, LEAP + relativedelta(years=1), relativedelta(NEXT, LEAP).years)
show("arrow", arrow.get(END).shift(months=1).date(), "-", arrow.get(LEAP).shift(years=1).date(), "-")
show("isodate", END + isodate.parse_duration("P1M"), "-", LEAP + isodate.parse_duration("P1Y"), "-")
end, short, leap, following = (pendulum.date(each.year, each.month, each.day) for each in (END, SHORT, LEAP, NEXT))
show("pendulum", end.add(months=1), (short - end).in_months(), leap.add(years=1), (following - leap).in_years())
end, short, leap, following = (Date(each.year, each.month, each.day) for each in (END, SHORT, LEAP, NEXT))
show("whenever", end.add(months=1), int(short.since(end, total="months")), leap.add(years=1), int(following.since(leap, total="years")))
`
const GO = `
package main

import (
	"fmt"
	"time"

	"github.com/dromara/carbon/v2"
	"github.com/rickb777/period"
)

func main() {
	end, leap := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	fmt.Println("time", "1.26", end.AddDate(0, 1, 0).Format(time.DateOnly), "-", leap.AddDate(1, 0, 0).Format(time.DateOnly), "-")
	short, next := carbon.CreateFromDate(2026, 2, 28, carbon.UTC), carbon.CreateFromDate(2025, 2, 28, carbon.UTC)
	from, of := carbon.CreateFromDate(2026, 1, 31, carbon.UTC), carbon.CreateFromDate(2024, 2, 29, carbon.UTC)
	fmt.Println("carbon", "2.6.16", from.Copy().AddMonth().ToDateString(), from.DiffInMonths(short), of.Copy().AddYear().ToDateString(), of.DiffInYears(next))
	month, _ := period.MustParse("P1M").AddTo(end)
	year, _ := period.MustParse("P1Y").AddTo(leap)
	fmt.Println("period", "1.0.7", month.Format(time.DateOnly), "-", year.Format(time.DateOnly), "-")
}
`
const RUST = `
use chrono::{Months, NaiveDate};
use jiff::{ToSpan, Unit, civil::date};

fn main() {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let years = day(2025, 2, 28).years_since(day(2024, 2, 29)).unwrap();
    println!("chrono 0.4.45 {} - {} {}", day(2026, 1, 31) + Months::new(1), day(2024, 2, 29) + Months::new(12), years);
    let (end, leap) = (date(2026, 1, 31), date(2024, 2, 29));
    let months = end.until((Unit::Month, date(2026, 2, 28))).unwrap().get_months();
    let years = leap.until((Unit::Year, date(2025, 2, 28))).unwrap().get_years();
    println!("jiff 1.0.2 {} {} {} {}", end.saturating_add(1.month()), months, leap.saturating_add(1.year()), years);
}
`
const JAVA = `
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.joda.time.Months;
import org.joda.time.Years;

public class Case {
  public static void main(String[] arguments) {
    LocalDate end = LocalDate.of(2026, 1, 31), shorter = LocalDate.of(2026, 2, 28);
    LocalDate leap = LocalDate.of(2024, 2, 29), next = LocalDate.of(2025, 2, 28);
    System.out.println("java.time 17 " + end.plusMonths(1) + " " + ChronoUnit.MONTHS.between(end, shorter) + " "
        + leap.plusYears(1) + " " + ChronoUnit.YEARS.between(leap, next));
    var jodaEnd = new org.joda.time.LocalDate(2026, 1, 31);
    var jodaLeap = new org.joda.time.LocalDate(2024, 2, 29);
    System.out.println("Joda-Time 2.15.1 " + jodaEnd.plusMonths(1) + " "
        + Months.monthsBetween(jodaEnd, new org.joda.time.LocalDate(2026, 2, 28)).getMonths() + " " + jodaLeap.plusYears(1) + " "
        + Years.yearsBetween(jodaLeap, new org.joda.time.LocalDate(2025, 2, 28)).getYears());
  }
}
`
const SQL = `
select 'PostgreSQL ' || split_part(current_setting('server_version'), '.', 1) || ' ' || (date '2026-01-31' + interval '1 month')::date
  || ' ' || extract(month from age(date '2026-02-28', date '2026-01-31'))
  || ' ' || (date '2024-02-29' + interval '1 year')::date
  || ' ' || extract(year from age(date '2025-02-28', date '2024-02-29')) as line
`
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>case</groupId><artifactId>case</artifactId><version>1</version><dependencies><dependency>
<groupId>joda-time</groupId><artifactId>joda-time</artifactId><version>2.15.1</version></dependency></dependencies></project>`

/** Rows of the page by library: version, date after a month, months, date after a year, years. */
const rows = new Map(
  [...readFileSync('docs/facts/month-ends.md', 'utf8').matchAll(/^\| `?([\w.-]+)`?(?: for \w+)? \| (\d.*?) \|$/gm)].map(
    ([, library, cells]) => [library!, cells!.split(' | ').join(' ').replaceAll('–', '-')],
  ),
)

/** `npm run test:long -- month-ends`: libraries of dates count months as docs/facts/month-ends.md says. */
describe('The month ends of docs/facts/month-ends.md', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-month-ends-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const must = async (command: string, ...args: string[]): Promise<string> => {
    const env = { ...childEnvironment, TZ: 'UTC', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
    const { code, output } = await runTool(command, args, { cwd: folder, env })
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}\n${output.slice(-20_000)}`)
    return output
  }
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const expectRows = (output: string, count: number): void => {
    const seen = [...output.matchAll(/^(\S+) (\S+(?: \S+){4})$/gm)].map(([, library, cells]) => [library, cells])
    expect(seen).toHaveLength(count)
    expect(seen).toEqual(seen.map(([library]) => [library, rows.get(library!)]))
  }

  it('are those of the periods of a subscription', () => {
    const [end, shorter] = [new Date('2026-01-31'), new Date('2026-02-28')]
    const [leap, next] = [new Date('2024-02-29'), new Date('2025-02-28')]
    const day = (date: Date): string => date.toISOString().slice(0, 10)
    const months = `${day(intervalsAfter(end, 'MONTH', 1))} ${periodAt(end, 'MONTH', shorter).index}`
    const years = `${day(intervalsAfter(leap, 'YEAR', 1))} ${periodAt(leap, 'YEAR', next).index}`
    expectRows(`Stackgate 1 ${months} ${years}`, 1)
  })

  it('are those of PostgreSQL', async () => {
    const client = new pg.Client({ connectionString: process.env['STACKGATE_TEST_SERVER'] })
    await client.connect()
    try {
      expectRows((await client.query<{ line: string }>(SQL)).rows[0]!.line, 1)
    } finally {
      await client.end()
    }
  })

  it('are those of four libraries for Node.js', async () => {
    write('package.json', '{ "private": true }')
    write('case.mjs', NODE)
    const packages = ['date-fns@4.4.0', 'dayjs@1.11.23', 'luxon@3.7.2', 'temporal-polyfill@1.0.8']
    await must('npm', 'install', '--silent', '--no-audit', '--no-fund', ...packages)
    expectRows(await must(process.execPath, 'case.mjs'), 4)
  })

  itUnless(pythonReason)('are those of five libraries for Python', async () => {
    const packages = 'python-dateutil==2.9.0.post0 arrow==1.4.0 isodate==0.7.2 pendulum==3.3.0 whenever==0.11.0'
    write('case.py', PYTHON)
    await must('python3', '-m', 'venv', 'venv')
    await must('venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', ...packages.split(' '))
    expectRows(await must('venv/bin/python', 'case.py'), 5)
  })

  itUnless(goReason)('are those of Go and two of its libraries', async () => {
    write('main.go', GO)
    await must('go', 'mod', 'init', 'example.com/case')
    await must('go', 'get', 'github.com/dromara/carbon/v2@v2.6.16', 'github.com/rickb777/period@v1.0.7')
    expectRows(await must('go', 'run', '.'), 3)
  })

  itUnless(rustReason)('are those of two crates', async () => {
    await must('cargo', 'init', '--quiet', '--vcs', 'none', '--name', 'case', '.')
    await must('cargo', 'add', '--quiet', 'chrono@=0.4.45', 'jiff@=1.0.2')
    write('src/main.rs', RUST)
    expectRows(await must('cargo', 'run', '--quiet'), 2)
  })

  itUnless(javaReason)('are those of Java and Joda-Time', async () => {
    write('pom.xml', POM)
    write('Case.java', JAVA)
    await must('mvn', '-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath')
    const classpath = readFileSync(join(folder, 'classpath'), 'utf8')
    expectRows(await must('java', '-cp', classpath, 'Case.java'), 2)
  })
})

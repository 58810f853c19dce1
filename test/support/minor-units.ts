import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { PROVIDER_CURRENCIES, providerDecimals, WHOLE_AT_PAYPAL } from '#services/kernel/money/provider-currencies.js'
import { CURRENCIES, currencyDecimals } from '#services/kernel/money/currency.js'

/** Numbers of decimals by currency. */
export type Decimals = Readonly<Record<string, number>>

const PAGE = 'docs/facts/minor-units.md'
const COLUMNS = ['currency', 'iso', 'node', 'chromium', 'stripe', 'payPal', 'java'] as const

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>

/** The rows of the page, by currency. */
export function rowsOfPage(): ReadonlyMap<string, Row> {
  const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| ([A-Z]{3}) \|.*\|$/gm)].map(([line]) => {
    const cells = line.split('|').map((cell) => cell.trim())
    return Object.fromEntries(COLUMNS.map((name, index) => [name, cells[index + 1]!])) as Row
  })
  return new Map(rows.map((row) => [row.currency, row]))
}

/** A column of the page for every currency of the server: one without a row has two decimals. */
export const columnOf = (name: Exclude<keyof Row, 'currency'>): Readonly<Record<string, string>> => {
  const rows = rowsOfPage()
  return Object.fromEntries(CURRENCIES.map((code) => [code, rows.get(code)?.[name] ?? '2']))
}

/** Decimals of a currency at a provider. A dash if the provider does not take it. */
export const atProvider = (provider: 'STRIPE' | 'PAYPAL', code: string): string => {
  if (!PROVIDER_CURRENCIES[provider].has(code)) return '–'
  return String(provider === 'STRIPE' ? providerDecimals(code) : WHOLE_AT_PAYPAL.has(code) ? 0 : currencyDecimals(code))
}

/** A program that prints the decimals that Intl has for each currency. Intl has no number for one that it does not know, and says 2. */
export const INTL_PROGRAM = `JSON.stringify(Object.fromEntries(${JSON.stringify(CURRENCIES)}.map((currency) => [
  currency, new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits])))`

/** The decimals of Intl in a Node.js. */
export function intlOf(binary: string): Decimals {
  const { stdout, stderr } = spawnSync(binary, ['--print', INTL_PROGRAM], { encoding: 'utf8' })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout) as Decimals
}

/** Numbers as the page has them. */
export const asTexts = (decimals: Decimals): Readonly<Record<string, string>> =>
  Object.fromEntries(CURRENCIES.map((code) => [code, String(decimals[code] ?? '–')]))

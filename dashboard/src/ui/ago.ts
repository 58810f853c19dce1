import { locale } from '../words/language.js'
import { UNITS } from './format.js'

/** Time since a moment of the machine, for example "2 minutes ago". */
export function ago(time: string): string {
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000)
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-Math.floor(seconds / size), unit)
}

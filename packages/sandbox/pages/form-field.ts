import { parseForm } from '../stripe/api/form.js'

/** The text of a field of a sent form, without blanks around it; empty when it was not sent. */
export function formField(body: string | undefined, name: string): string {
  const value = parseForm(body ?? '')[name]
  return typeof value === 'string' ? value.trim().slice(0, 500) : ''
}

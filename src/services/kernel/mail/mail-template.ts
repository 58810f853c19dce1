import { oneLine } from '../text/one-line.js'

/** A mail's words. */
export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Content of a short email. */
export interface RenderedMail {
  readonly paragraphs: readonly string[]
  readonly action: { readonly label: string; readonly url: string }
}

/** Pure: a short mail as plain text and as simple HTML. Names from outside cannot break out of either. */
export function renderMail(subject: string, { paragraphs, action }: RenderedMail): MailText {
  const html = [
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    `<p><a href="${escapeHtml(action.url)}">${escapeHtml(action.label)}</a></p>`,
  ]
  return {
    subject: oneLine(subject),
    text: `${[...paragraphs, `${action.label}: ${action.url}`].map(oneLine).join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html.join('\n')}\n</body></html>\n`,
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => oneLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)

/** A mail's words. */
export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What a short mail consists of. */
export interface SimpleMail {
  readonly paragraphs: readonly string[]
  readonly action: { readonly label: string; readonly url: string }
}

/** Pure: a short mail as plain text and as simple HTML. Names from outside cannot break out of either. */
export function simpleMail(subject: string, { paragraphs, action }: SimpleMail): MailText {
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

/** A line break in a subject would begin another header, or the body. */
const oneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/g, ' ')

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => oneLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)

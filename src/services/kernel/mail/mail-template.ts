import type { Language } from '#entities/kernel/language.js'
import { oneLine } from '../text/one-line.js'
import { PAGE_COLORS } from '../text/page-colors.js'

/** A mail's words. */
export interface MailText {
  readonly language: Language
  readonly subject: string
  readonly text: string
  /** Content of the document, without the frame that names the seller. */
  readonly html: string
}

/** Words of another person. Their lines stay lines. */
interface Quote {
  readonly quote: string
}

/** Content of a short email in the language of its reader. */
export interface MailContent {
  readonly subject: string
  readonly paragraphs: readonly (string | Quote)[]
  /** Facts with their names, as a table. */
  readonly details?: readonly (readonly [name: string, value: string])[]
  /** Label of the button. */
  readonly action: string
}

const BESIDE_THE_BUTTON: Readonly<Record<Language, string>> = {
  EN: 'If the button does not work, open this address:',
  DE: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
  ES: 'Si el botón no funciona, abra esta dirección:',
}

/** The seller of the frame. Colors have enough contrast for their text. */
export interface MailFrame {
  readonly name: string
  readonly logo: string | null
  readonly address: string | null
  readonly light: MailColors
  readonly dark: MailColors
}

interface MailColors {
  /** Links. */
  readonly text: string
  /** Background of the button, with white text. */
  readonly filled: string
}

/**
 * Pure: a short mail as plain text and as the content of an HTML document. Names from outside cannot break out of either.
 * @param to URL of the button
 */
export function renderMail(language: Language, content: MailContent, to: string): MailText {
  const { subject, paragraphs, details = [], action } = content
  const lines = details.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}`)
  const blocks = [...paragraphs.map(paragraphText), ...(lines.length > 0 ? [lines.join('\n')] : [])]
  const rows = details.map(
    ([name, value]) => `<tr><td class="name">${escapeHtml(name)}</td><td class="value">${escapeHtml(value)}</td></tr>`,
  )
  const url = escapeHtml(to)
  return {
    language,
    subject: oneLine(subject),
    text: `${[...blocks, `${oneLine(action)}: ${oneLine(to)}`].join('\n\n')}\n`,
    html: [
      `<h1>${escapeHtml(subject)}</h1>`,
      ...paragraphs.map(paragraphHtml),
      ...(rows.length > 0 ? [`<table class="details" role="presentation">${rows.join('')}</table>`] : []),
      `<p><a class="button" href="${url}">${escapeHtml(action)}</a></p>`,
      `<p class="small">${BESIDE_THE_BUTTON[language]} <a href="${url}">${url}</a></p>`,
    ].join('\n'),
  }
}

const linesOf = ({ quote }: Quote): string[] => quote.split(/\r?\n/)

const paragraphText = (paragraph: string | Quote): string =>
  typeof paragraph === 'string'
    ? oneLine(paragraph)
    : linesOf(paragraph)
        .map((line) => `> ${oneLine(line)}`)
        .join('\n')

const paragraphHtml = (paragraph: string | Quote): string =>
  typeof paragraph === 'string'
    ? `<p>${escapeHtml(paragraph)}</p>`
    : `<blockquote>${linesOf(paragraph).map(escapeHtml).join('<br>')}</blockquote>`

/** Pure: a mail in the frame of the seller. */
export function framedMail({ text, html, ...mail }: MailText, frame: MailFrame): MailText {
  const { name, logo, address } = frame
  const end = [name, ...(address ? [address] : [])]
  const title = logo
    ? `<img src="${escapeHtml(logo)}" alt="${escapeHtml(name)}" height="32">`
    : `<strong>${escapeHtml(name)}</strong>`
  return {
    ...mail,
    text: `${text}\n-- \n${end.map(oneLine).join('\n')}\n`,
    html: `<!doctype html>
<html lang="${mail.language.toLowerCase()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(mail.subject)}</title>
<style>${stylesOf(frame)}</style>
</head>
<body>
<table class="canvas" role="presentation"><tr><td>
<table class="mail" role="presentation">
<tr><td class="seller">${title}</td></tr>
<tr><td class="content">
${html}
</td></tr>
<tr><td class="small">${end.map(escapeHtml).join('<br>')}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`,
  }
}

const { light: day, dark: night } = PAGE_COLORS

/** Mail programs know only simple styles: tables give the width, and a scheme is chosen by a media query. */
const stylesOf = ({ light, dark }: MailFrame): string => `
body { margin: 0; padding: 0; background: ${day.canvas}; font: 14px/22px -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif }
table { border-collapse: separate; border-spacing: 0 }
.canvas { width: 100%; background: ${day.canvas}; color: ${day.text} }
.canvas > tbody > tr > td { padding: 24px 12px }
.mail { width: 100%; max-width: 600px; margin: 0 auto }
.mail > tbody > tr > td { padding: 0 24px 16px }
.mail .content { padding: 24px; background: ${day.surface}; border: 1px solid ${day.line}; border-radius: 10px }
.mail .seller { font-size: 16px; line-height: 32px }
h1 { margin: 0 0 16px; font-size: 20px; line-height: 28px; font-weight: 600 }
p { margin: 0 0 16px }
blockquote { margin: 0 0 16px; padding: 4px 0 4px 16px; border-left: 3px solid ${day.line}; overflow-wrap: anywhere }
a { color: ${light.text}; overflow-wrap: anywhere }
.button { display: inline-block; padding: 0 16px; border-radius: 6px; background: ${light.filled}; color: #ffffff; font-weight: 600; line-height: 40px; text-decoration: none }
.details { width: 100%; margin: 0 0 24px }
.details td { padding: 8px 0; border-bottom: 1px solid ${day.line}; vertical-align: top }
.details .value { text-align: right }
.details .name { padding-right: 16px }
.details .name, .small { color: ${day.soft} }
.small { font-size: 12px; line-height: 16px }
p.small { margin: 0 }
.mail > tbody > tr > td.small { padding: 16px 24px }
@media (prefers-color-scheme: dark) {
  body, .canvas { background: ${night.canvas}; color: ${night.text} }
  .mail .content { background: ${night.surface}; border-color: ${night.line} }
  .details td, blockquote { border-color: ${night.line} }
  .details .name, .small { color: ${night.soft} }
  a { color: ${dark.text} }
  .button { background: ${dark.filled}; color: #ffffff }
}
`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => oneLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)

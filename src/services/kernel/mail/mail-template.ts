import type { Language } from '#entities/kernel/language.js'
import { oneLine } from '../text/one-line.js'
import { PAGE_COLORS } from '../text/page-colors.js'
import type { Writer } from '../text/readable.js'

/** A mail's words. */
export interface MailText {
  readonly language: Language
  readonly subject: string
  readonly text: string
  /** Rows of the document's table, without the frame that names the seller. */
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
  readonly details?: readonly Detail[]
  /** Label of the button. */
  readonly action: string
  /** Label of a quiet link below the button, to the application. */
  readonly other?: string
  /** Small print below the button. */
  readonly note?: string
}

/** A fact; that of a `sum` is bold. */
export type Detail = readonly [name: string, value: string, kind?: 'sum']

/** Why a mail goes to its reader: the address of the payments, the person manages the account, or was invited. */
export type MailReason = 'PAYER' | 'MANAGER' | 'INVITED'

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

/** Links of a mail, and the reason for which it is sent. */
export interface MailLinks {
  /** URL of the button. */
  readonly url: string
  /** URL of the quiet link. Null: there is none. */
  readonly otherUrl?: string | null
  readonly reason: MailReason
}

/** Pure: a short mail as plain text and as rows of an HTML document. Names from outside cannot break out of either. */
export function renderMail(
  language: Language,
  { say }: Writer,
  content: MailContent,
  { url: to, otherUrl = null, reason }: MailLinks,
): MailText {
  const { subject, paragraphs, details = [], action, other, note } = content
  const reasonText = say(`reason.${reason}`)
  const lines = details.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}`)
  const blocks = [...paragraphs.map(paragraphText), ...(lines.length > 0 ? [lines.join('\n')] : [])]
  const rows = details.map(
    ([name, value, kind = 'fact']) =>
      `<tr class="${kind}"><td class="name">${escapeHtml(name)}</td><td class="value">${escapeHtml(value)}</td></tr>`,
  )
  const url = escapeHtml(to)
  const second = other && otherUrl !== null ? { label: other, to: otherUrl } : null
  const links = [
    `${oneLine(action)}: ${oneLine(to)}`,
    ...(second ? [`${oneLine(second.label)}: ${oneLine(second.to)}`] : []),
  ]
  return {
    language,
    subject: oneLine(subject),
    text: `${[...blocks, links.join('\n'), ...(note ? [oneLine(note)] : []), reasonText].join('\n\n')}\n`,
    html: [
      '<tr><td class="content">',
      `<h1>${escapeHtml(subject)}</h1>`,
      ...paragraphs.map(paragraphHtml),
      ...(rows.length > 0 ? [`<table class="details" role="presentation">${rows.join('')}</table>`] : []),
      `<p><a class="button" href="${url}">${escapeHtml(action)}</a>${second ? ` <a class="other" href="${escapeHtml(second.to)}">${escapeHtml(second.label)}</a>` : ''}</p>`,
      `<p class="small">${say('besideTheButton')} <a href="${url}">${url}</a></p>`,
      ...(note ? [`<p class="small">${escapeHtml(note)}</p>`] : []),
      '</td></tr>',
      `<tr><td class="small">${reasonText}</td></tr>`,
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
  const title = logo
    ? `<img src="${escapeHtml(logo)}" alt="${escapeHtml(name)}" height="32">`
    : `<span class="mark" aria-hidden="true">${escapeHtml(name.slice(0, 1).toUpperCase())}</span> <strong>${escapeHtml(name)}</strong>`
  return {
    ...mail,
    text: `${text}\n-- \n${[name, address ?? []].flat().map(oneLine).join('\n')}\n`,
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
${html}
${address ? `<tr><td class="small">${escapeHtml(address)}</td></tr>` : ''}
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
.mark { display: inline-block; width: 32px; margin-right: 8px; border-radius: 7px; background: ${light.filled}; color: #ffffff; font-weight: 700; text-align: center }
h1 { margin: 0 0 16px; font-size: 20px; line-height: 28px; font-weight: 600 }
p { margin: 0 0 16px }
blockquote { margin: 0 0 16px; padding: 4px 0 4px 16px; border-left: 3px solid ${day.line}; overflow-wrap: anywhere }
a { color: ${light.text}; overflow-wrap: anywhere }
.button { display: inline-block; margin-right: 16px; padding: 0 16px; border-radius: 6px; background: ${light.filled}; color: #ffffff; font-weight: 600; line-height: 40px; text-decoration: none }
.other { display: inline-block; line-height: 40px; white-space: nowrap }
.details { width: 100%; margin: 0 0 24px }
.details td { padding: 8px 0; border-bottom: 1px solid ${day.line}; vertical-align: top }
.details .value { text-align: right }
.details .name { padding-right: 16px }
.details .fact .name, .small { color: ${day.soft} }
.sum { font-weight: 600 }
.small { font-size: 12px; line-height: 16px }
p.small { margin: 0 }
p.small + p.small { margin-top: 8px }
.mail > tbody > tr > td.small { padding: 12px 24px 0 }
@media (prefers-color-scheme: dark) {
  body, .canvas { background: ${night.canvas}; color: ${night.text} }
  .mail .content { background: ${night.surface}; border-color: ${night.line} }
  .details td, blockquote { border-color: ${night.line} }
  .details .fact .name, .small { color: ${night.soft} }
  a { color: ${dark.text} }
  .button, .mark { background: ${dark.filled}; color: #ffffff }
}
`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => oneLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)

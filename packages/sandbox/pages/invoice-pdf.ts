import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { amountName, statusText, taxesOf } from './invoice-page.js'
import { dateIn, type PageTexts } from './page-texts.js'

const LINE_HEIGHT = 18
const TOP = 780
const LINES_ON_A_PAGE = 38

/** An invoice of a seller as a small PDF: plain text in a font that every reader has. */
export function invoicePdf(invoice: Stripe.Invoice, t: PageTexts, seller: string): Buffer {
  const money = (amount: number) => formatAmount(amount, invoice.currency, t.tag)
  return pdfOf([
    seller,
    t('Invoice {number}', { number: invoice.number ?? '' }),
    t('Stackgate sandbox: no money moved'),
    dateIn(t, invoice.created),
    `${invoice.customer_name ?? ''} ${invoice.customer_email ?? ''}`.trim(),
    ...(invoice.custom_fields ?? []).map(({ name, value }) => `${name}: ${value}`),
    '',
    ...invoice.lines.data.map((line) => `${line.description ?? ''}    ${money(line.amount)}`),
    ...(invoice.total_discount_amounts ?? []).map(({ amount }) => `${t('Discount')}    -${money(amount)}`),
    ...taxesOf(invoice).map(({ name, amount }) => `${t(name)}    ${money(amount)}`),
    '',
    `${t('Total')}    ${money(invoice.total)}`,
    `${t(amountName(invoice))}    ${money(invoice.amount_due)}`,
    `${t('Status')}    ${t(statusText(invoice))}`,
  ])
}

function pdfOf(lines: readonly string[]): Buffer {
  const pages: string[][] = []
  for (let at = 0; at < lines.length; at += LINES_ON_A_PAGE) pages.push(lines.slice(at, at + LINES_ON_A_PAGE))
  const numbers = pages.map((_page, index) => 4 + index * 2)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${numbers.map((number) => `${number} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((page, index) => {
      const text = contentOf(page)
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> ` +
          `/Contents ${5 + index * 2} 0 R >>`,
        `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
      ]
    }),
  ]
  return assemble(objects)
}

function contentOf(lines: readonly string[]): string {
  const moves = lines.map((line) => `(${escaped(line)}) Tj 0 -${LINE_HEIGHT} Td`)
  return `BT /F1 12 Tf 56 ${TOP} Td\n${moves.join('\n')}\nET`
}

/** The file as its objects, the table of where they begin, and the trailer. */
function assemble(objects: readonly string[]): Buffer {
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  return Buffer.from(text + table + trailer, 'latin1')
}

/** Text in the encoding of the font: one byte a character, others as a question mark. */
function escaped(line: string): string {
  const bytes = Array.from(line, (character) => {
    if (character === '€') return '\u0080'
    if (character === '×') return '\u00D7'
    return (character.codePointAt(0) ?? 0) > 0xff ? '?' : character
  })
  return bytes.join('').replaceAll(/[\\()]/g, (special) => `\\${special}`)
}

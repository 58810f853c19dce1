import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { alertText, cardFields, testCards } from './card-fields.js'
import { html, type Html } from './html.js'
import type { Page } from './layout.js'
import { dateIn, type PageTexts } from './page-texts.js'
import { sellerRow, type Seller } from './seller.js'

const STATUS: Record<string, string> = {
  draft: 'Draft',
  open: 'To be paid',
  paid: 'Paid',
  uncollectible: 'To be paid',
  void: 'Void',
}

/** English text of the status of an invoice. */
export const statusText = ({ status }: Stripe.Invoice): string => STATUS[status ?? ''] ?? ''

/** Hosted page of an invoice: its lines, its PDF, and a card form while it is open. */
export function invoicePage(
  invoice: Stripe.Invoice,
  t: PageTexts,
  seller: Seller,
  problem: string | null = null,
  name = '',
): Page {
  const payable = (invoice.status === 'open' || invoice.status === 'uncollectible') && invoice.amount_remaining > 0
  return {
    title: t('Invoice {number}', { number: invoice.number ?? '' }).trim(),
    language: t.tag,
    wide: 'columns',
    seller,
    content: html`<div class="columns">
      <div>${statement(invoice, t, seller)}</div>
      <div>
        ${
          payable
            ? html`<section aria-labelledby="card">
                <h2 id="card">${t('Pay with card')}</h2>
                ${problem === null ? '' : alertText(t(problem))}
                <form method="post" action="/i/${invoice.id}" novalidate>
                  ${cardFields(name, t)}
                  <button class="pay" type="submit">
                    ${t('Pay {amount}', { amount: formatAmount(invoice.amount_remaining, invoice.currency, t.tag) })}
                  </button>
                </form>
              </section>`
            : ''
        }
        ${payable ? testCards(t) : ''}
      </div>
    </div>`,
  }
}

function statement(invoice: Stripe.Invoice, t: PageTexts, seller: Seller): Html {
  const money = (amount: number) => formatAmount(amount, invoice.currency, t.tag)
  const status = t(statusText(invoice))
  const credit = invoice.total - invoice.amount_due
  const due = invoice.status === 'open' ? invoice.due_date : null
  return html`<section aria-labelledby="invoice">
    ${sellerRow(seller)}
    <h1 id="invoice">${t('Invoice {number}', { number: invoice.number ?? '' })}</h1>
    <p class="total">${money(invoice.amount_due)}</p>
    <p role="status">${due === null ? status : t('{status}, due on {date}', { status, date: dateIn(t, due) })}</p>
    <p>${invoice.customer_name ?? ''} ${invoice.customer_email ?? ''}</p>
    ${(invoice.custom_fields ?? []).map(({ name, value }) => html`<p>${name}: ${value}</p>`)}
    <table>
      <caption class="soft">
        ${dateIn(t, invoice.created)}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('What')}</th>
          <th scope="col" class="amount">${t('Amount')}</th>
        </tr>
      </thead>
      <tbody>
        ${invoice.lines.data.map(
          (line) =>
            html`<tr>
              <td>${line.description}</td>
              <td class="amount">${money(line.amount)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${(invoice.total_discount_amounts ?? []).map(({ amount }) => row(t('Discount'), `−${money(amount)}`))}
    ${taxesOf(invoice).map(({ name, amount }) => row(t(name), money(amount)))} ${row(t('Total'), money(invoice.total))}
    ${credit === 0 ? '' : row(t('Applied balance'), money(-credit))}
    <p class="row sum"><span>${t(amountName(invoice))}</span><span>${money(invoice.amount_due)}</span></p>
    ${invoice.invoice_pdf === null ? '' : html`<p><a href="/i/${invoice.id}/pdf">${t('Download as PDF')}</a></p>`}
  </section>`
}

/** Taxes of an invoice: those that are added to its lines, and those that its lines contain. */
export const taxesOf = ({ total_taxes: taxes }: Stripe.Invoice): { name: 'Tax' | 'Tax included'; amount: number }[] =>
  (taxes ?? [])
    .filter(({ amount }) => amount !== 0)
    .map(({ amount, tax_behavior: behavior }) => ({
      name: behavior === 'inclusive' ? 'Tax included' : 'Tax',
      amount,
    }))

/** A paid or voided invoice has no amount due. */
export function amountName({ status }: Stripe.Invoice): string {
  if (status === 'paid') return 'Amount paid'
  return status === 'void' ? 'Amount' : 'Amount due'
}

function row(name: string, value: string): Html {
  return html`<p class="row"><span>${name}</span><span>${value}</span></p>`
}

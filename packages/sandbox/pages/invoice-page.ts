import type Stripe from 'stripe'
import { formatAmount } from '../money.js'
import { alertText, cardFields, testCards } from './card-fields.js'
import { html, type Html } from './html.js'
import type { Page } from './layout.js'

const STATUS: Record<string, string> = {
  draft: 'Draft',
  open: 'To be paid',
  paid: 'Paid',
  uncollectible: 'To be paid',
  void: 'Void',
}

/** Hosted page of an invoice: its lines, its PDF, and a card form while it is open. */
export function invoicePage(invoice: Stripe.Invoice, problem: string | null, name: string): Page {
  const payable = (invoice.status === 'open' || invoice.status === 'uncollectible') && invoice.amount_remaining > 0
  return {
    title: `Invoice ${invoice.number ?? ''}`.trim(),
    wide: 'columns',
    content: html`<div class="columns">
      <div>${statement(invoice)}</div>
      <div>
        ${
          payable
            ? html`<section aria-labelledby="card">
                <h2 id="card">Pay with card</h2>
                ${problem === null ? '' : alertText(problem)}
                <form method="post" action="/i/${invoice.id}">
                  ${cardFields(name)}
                  <button class="pay" type="submit">
                    Pay ${formatAmount(invoice.amount_remaining, invoice.currency)}
                  </button>
                </form>
              </section>`
            : ''
        }
        ${payable ? testCards() : ''}
      </div>
    </div>`,
  }
}

function statement(invoice: Stripe.Invoice): Html {
  const money = (amount: number) => formatAmount(amount, invoice.currency)
  const status = STATUS[invoice.status ?? ''] ?? ''
  const credit = invoice.total - invoice.amount_due
  const due = invoice.status === 'open' ? invoice.due_date : null
  return html`<section aria-labelledby="invoice">
    <p class="badge">Sandbox</p>
    <h1 id="invoice">Invoice ${invoice.number}</h1>
    <p class="total">${money(invoice.amount_due)}</p>
    <p role="status">${status}${due === null ? '' : `, due on ${dateOf(due)}`}</p>
    <p>${invoice.customer_name ?? ''} ${invoice.customer_email ?? ''}</p>
    ${(invoice.custom_fields ?? []).map(({ name, value }) => html`<p>${name}: ${value}</p>`)}
    <table>
      <caption class="soft">
        ${dateOf(invoice.created)}
      </caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col" class="amount">Amount</th>
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
    ${(invoice.total_discount_amounts ?? []).map(({ amount }) => row('Discount', `−${money(amount)}`))}
    ${row('Total', money(invoice.total))} ${credit === 0 ? '' : row('Applied balance', money(-credit))}
    <p class="row sum"><span>${amountName(invoice)}</span><span>${money(invoice.amount_due)}</span></p>
    ${invoice.invoice_pdf === null ? '' : html`<p><a href="/i/${invoice.id}/pdf">Download as PDF</a></p>`}
  </section>`
}

/** A paid or voided invoice has no amount due. */
export function amountName({ status }: Stripe.Invoice): string {
  if (status === 'paid') return 'Amount paid'
  return status === 'void' ? 'Amount' : 'Amount due'
}

function row(name: string, value: string): Html {
  return html`<p class="row"><span>${name}</span><span>${value}</span></p>`
}

/** A day as people read it. */
export function dateOf(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000)
}

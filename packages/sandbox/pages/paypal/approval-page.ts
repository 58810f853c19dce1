import { formatDecimal } from '#money.js'
import { decimalsOf, type Money } from '#paypal/money.js'
import type { Funding, Order, PurchaseUnit } from '#paypal/objects.js'
import type { SandboxState } from '#sandbox-state.js'
import { alertText, field } from '../card-fields.js'
import { html, type Html } from '../html.js'
import type { Page } from '../layout.js'
import { textsOf, type PageTexts } from '../page-texts.js'
import { cancelUrl, returnUrl } from './return-urls.js'

/** Payment methods that a payer can choose. */
export const FUNDINGS: readonly { name: Funding; label: string }[] = [
  { name: 'balance', label: 'PayPal balance' },
  { name: 'declined', label: 'A card that will be declined' },
  { name: 'bank_pays', label: 'Bank account that pays three days later' },
  { name: 'bank_refuses', label: 'Bank account that refuses three days later' },
]

/** The page on which a payer approves an order. */
export function approvalPage(world: SandboxState, order: Order, email: string, problem: string | null): Page {
  const detail = world.store.need('paypal.order_detail', order.id)
  const { brandName, immediateOnly } = detail
  const t = textsOf(detail)
  const leave = cancelUrl(world, order)
  return {
    title: t('Approve your payment'),
    language: t.tag,
    leadsAway: true,
    content: html`<section aria-labelledby="summary">
        <p class="badge">Sandbox · PayPal</p>
        <h1 id="summary">${t('Pay {name}', { name: brandName ?? t('the merchant') })}</h1>
        ${order.purchase_units.map((unit) => unitLines(unit, t))}
        ${leave === null ? '' : html`<p><a href="${leave}">${t('Cancel')}</a></p>`}
      </section>
      <section aria-labelledby="payer">
        <h2 id="payer">${t('Your PayPal account')}</h2>
        ${problem === null ? '' : alertText(t(problem))}
        <form method="post" action="/paypal/checkoutnow?token=${order.id}">
          ${field('email', t('Email'), { type: 'email', value: email, autocomplete: 'email' })}
          <fieldset>
            <legend>${t('Pay with')}</legend>
            ${FUNDINGS.filter(({ name }) => !immediateOnly || !name.startsWith('bank')).map((each, index) => choice(each, index, t))}
          </fieldset>
          <button class="pay" type="submit">
            ${t('Pay {amount}', { amount: order.purchase_units.map(({ amount }) => amountText(amount, t)).join(' + ') })}
          </button>
        </form>
      </section>`,
  }
}

/** The page of an order that waits for no payer. */
export function orderOverPage(world: SandboxState, order: Order): Page {
  const onward = returnUrl(world, order)
  const gone = order.status === 'VOIDED'
  const t = textsOf(world.store.need('paypal.order_detail', order.id))
  return {
    title: t(gone ? 'Expired' : 'Approved'),
    language: t.tag,
    content: html`<section>
      <p class="badge">Sandbox · PayPal</p>
      <h1>${t(gone ? 'This order has expired' : 'This order is approved')}</h1>
      <p role="status">${t(gone ? 'Nothing was charged.' : 'You can return to the merchant.')}</p>
      ${onward === null ? '' : html`<p><a class="button" href="${onward}">${t('Back')}</a></p>`}
    </section>`,
  }
}

/** A radio button for a way to pay; the first is chosen. */
export function choice({ name, label }: { name: string; label: string }, index: number, t: PageTexts): Html {
  return html`<label class="choice"
    ><input type="radio" name="funding" value="${name}" ${index === 0 ? html` checked` : ''} /> ${t(label)}</label
  >`
}

function unitLines(unit: PurchaseUnit, t: PageTexts): Html {
  const items = (unit['items'] as { name: string; quantity: string; unit_amount: Money }[] | undefined) ?? []
  return html`${items.map(
      (item) =>
        html`<p class="row">
          <span>${item.name}${item.quantity === '1' ? '' : ` × ${item.quantity}`}</span
          ><span>${amountText(item.unit_amount, t)}</span>
        </p>`,
    )}
    ${unit.description === undefined ? '' : html`<p>${unit.description}</p>`}
    <p class="total">${amountText(unit.amount, t)}</p>`
}

/** An amount as people write it. */
export function amountText(amount: Money, { tag } = textsOf({})): string {
  const { currency_code: currency, value } = amount
  const digits = decimalsOf(currency) ?? 2
  return formatDecimal(value as `${number}`, currency, { locale: tag, minimum: digits, maximum: digits })
}

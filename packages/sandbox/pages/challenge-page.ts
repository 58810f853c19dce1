import { formatAmount } from '../money.js'
import { html } from './html.js'
import type { Page } from './layout.js'
import { textsOf, type PageTexts } from './page-texts.js'

/** Page that lets the payer pass or fail a 3D Secure challenge. Without an amount it is for storing a card. */
export function challengePage(
  action: string,
  money: { amount: number; currency: string } | null,
  t: PageTexts = textsOf({}),
): Page {
  return {
    title: t('Authenticate your payment'),
    language: t.tag,
    leadsAway: true,
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>3D Secure</h1>
      <p>
        ${
          money === null
            ? t('Your bank asks you to confirm that this card may be kept.')
            : t('Your bank asks you to confirm a payment of {amount}.', {
                amount: formatAmount(money.amount, money.currency, t.tag),
              })
        }
      </p>
      <form method="post" action="${action}">
        <div class="actions">
          <button type="submit" name="outcome" value="complete">${t('Complete authentication')}</button>
          <button type="submit" name="outcome" value="fail" class="quiet">${t('Fail authentication')}</button>
        </div>
      </form>
    </section>`,
  }
}

import { formatAmount } from '../money.js'
import { html } from './html.js'
import type { Page } from './layout.js'

/** Page that lets the payer pass or fail a 3D Secure challenge. Without an amount it is for storing a card. */
export function challengePage(action: string, money: { amount: number; currency: string } | null): Page {
  return {
    title: 'Authenticate your payment',
    leadsAway: true,
    content: html`<section>
      <p class="badge">Sandbox</p>
      <h1>3D Secure</h1>
      <p>
        ${
          money === null
            ? 'Your bank asks you to confirm that this card may be kept.'
            : html`Your bank asks you to confirm a payment of
                <strong>${formatAmount(money.amount, money.currency)}</strong>.`
        }
      </p>
      <form method="post" action="${action}">
        <div class="actions">
          <button type="submit" name="outcome" value="complete">Complete authentication</button>
          <button type="submit" name="outcome" value="fail" class="quiet">Fail authentication</button>
        </div>
      </form>
    </section>`,
  }
}

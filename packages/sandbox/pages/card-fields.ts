import { HINTED_CARDS } from '../stripe/payment-methods/test-cards.js'
import { html, type Html } from './html.js'
import { textsOf, type PageTexts } from './page-texts.js'

const ENGLISH = textsOf({})

/** The error message. It has the focus when the page loads, so that a screen reader reads it first. */
export function alertText(message: string): Html {
  return html`<p role="alert" tabindex="-1" autofocus>${message}</p>`
}

/** The fields of a card, with the name that was typed before; never a number or a check code. */
export function cardFields(name: string, t: PageTexts = ENGLISH): Html {
  return html`${field('number', t('Card number'), { autocomplete: 'cc-number', inputmode: 'numeric' })}
    <div class="pair">
      <div>
        ${field('expiry', t('Expiry'), { autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: t('MM / YY') })}
      </div>
      <div>${field('cvc', t('CVC'), { autocomplete: 'cc-csc', inputmode: 'numeric' })}</div>
    </div>
    ${field('name', t('Name on card'), { autocomplete: 'cc-name', value: name })}`
}

/** Test cards with their behavior, folded on a phone. */
export function testCards(t: PageTexts = ENGLISH): Html {
  return html`<section class="hint" aria-labelledby="test-cards">
    <details class="cards">
      <summary><h2 id="test-cards">${t('Test cards')}</h2></summary>
      <p>${t('No money moves here. Any later expiry and any CVC will do.')}</p>
      <dl>
        ${HINTED_CARDS.map(
          (card) =>
            html`<dt>${grouped(card.number)}</dt>
              <dd>${t(card.hint)}</dd>`,
        )}
      </dl>
    </details>
  </section>`
}

/** Attributes of a field other than its name and label. */
export interface FieldOptions {
  type?: string
  value?: string
  autocomplete?: string
  inputmode?: string
  placeholder?: string
}

/** Required field with a label. */
export function field(name: string, label: string, options: FieldOptions = {}): Html {
  const { type = 'text', value = '', autocomplete = 'off', inputmode = 'text', placeholder = '' } = options
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      inputmode="${inputmode}"
      autocomplete="${autocomplete}"
      value="${value}"
      placeholder="${placeholder}"
      maxlength="100"
      required
    />`
}

function grouped(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')
}

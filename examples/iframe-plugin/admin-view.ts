import type { BillingInfo } from './billing.js'

/** Buttons of the view. */
export interface AdminViewActions {
  readonly upgrade: () => Promise<void>
  readonly manage: () => Promise<void>
}

/** Settings of a community for its admin: the plan, one button, and what happened last. */
export class AdminView {
  readonly #plan = element('p')
  readonly #button = element('button')
  readonly #status = element('p', { role: 'status' })
  readonly #alert = element('p', { role: 'alert' })

  constructor(parent: Element, actions: AdminViewActions) {
    const section = element('section', { 'aria-labelledby': 'billing' })
    section.append(element('h2', { id: 'billing' }, 'Billing'), this.#plan, this.#button)
    parent.replaceChildren(element('h1', {}, 'Settings'), section, this.#status, this.#alert)
    this.#button.hidden = true
    this.#button.addEventListener('click', () => {
      void this.#run(this.#button.value === 'manage' ? actions.manage : actions.upgrade)
    })
    // Back from the payment page with the button of the browser.
    addEventListener('pageshow', () => void (this.#button.disabled = false))
  }

  show({ plan, status, currentPeriodEnd, portalAvailable }: BillingInfo, isAdmin: boolean): void {
    const until = currentPeriodEnd ? `, until ${currentPeriodEnd.slice(0, 10)}` : ''
    this.#plan.textContent = `Plan: ${plan.name}${status ? ` (${status.toLowerCase()}${until})` : ''}`
    this.#button.hidden = !isAdmin
    this.#button.value = portalAvailable ? 'manage' : 'upgrade'
    this.#button.textContent = portalAvailable ? 'Manage billing' : 'Upgrade to Pro'
  }

  say(text: string): void {
    this.#status.textContent = text
  }

  fail(text: string): void {
    this.#alert.textContent = text
  }

  async #run(action: () => Promise<void>): Promise<void> {
    this.#button.disabled = true
    this.fail('')
    try {
      await action()
    } catch (error) {
      this.fail((error as Error).message)
    } finally {
      this.#button.disabled = false
    }
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: object = {}, text = '') {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string)
  made.textContent = text
  return made
}

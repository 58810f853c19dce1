import type Stripe from 'stripe'
import type { SandboxState } from '../sandbox-state.js'
import { html, type Html } from './html.js'

type Branding = Stripe.Checkout.Session.BrandingSettings

/** The seller on a page. */
export interface Seller {
  readonly name: string
  /** Background of buttons, as a hex color. */
  readonly buttonColor: string | undefined
  /** Address of a picture. */
  readonly logo: string | null
}

const SANDBOX: Seller = { name: 'Stackgate sandbox', buttonColor: undefined, logo: null }

/** The seller of a checkout. */
export function sellerOf(branding: Branding | null | undefined): Seller {
  const picture = branding?.logo ?? branding?.icon
  return {
    name: branding?.display_name ?? SANDBOX.name,
    buttonColor: branding?.button_color,
    logo: picture?.type === 'url' ? (picture.url ?? null) : null,
  }
}

/** The seller on pages outside of a checkout. At Stripe it is set in the dashboard: here it is that of the latest checkout. */
export function latestSeller({ store }: SandboxState): Seller {
  const [latest] = store.newest('checkout.session')
  return latest === undefined ? SANDBOX : sellerOf(latest.branding_settings)
}

/** Logo and name of the seller, and the word that no money moves. */
export function sellerRow(
  { name, logo }: Seller,
  back: { readonly href: string; readonly label: string } | null = null,
): Html {
  const mark =
    logo === null
      ? html`<span class="mark" data-letter="${name.slice(0, 1).toUpperCase()}"></span>`
      : html`<img src="${logo}" alt="" />`
  return html`<p class="row seller">
    ${
      back === null
        ? html`${mark}<strong>${name}</strong>`
        : html`<a href="${back.href}" aria-label="${back.label}">${mark}<strong>${name}</strong></a>`
    }<span class="badge">Sandbox</span>
  </p>`
}

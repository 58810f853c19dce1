import { translated } from '../translated.js'

/** Sentences about the buyer on invoices. */
export const billingDetailsWords = translated('billingDetailsWords', {
  title: 'Billing details',
  none: 'No name or address for invoices yet.',
  edit: 'Edit',
  editTitle: 'Edit billing details',
  text: 'Later invoices show them. Taxes depend on the country and the tax IDs.',
  name: 'Name or company',
  line1: 'Street and number',
  line2: 'Additional line',
  postalCode: 'Postal code',
  city: 'City',
  region: 'State or region',
  country: 'Country',
  noCountry: 'No address',
  taxIdType: 'Type of the tax ID',
  noTaxId: 'No tax ID',
  taxId: 'Tax ID',
  taxIdOf: (place: string, name: string) => `${place} ${name}`,
  taxIdNamed: (type: string, value: string) => `${type}: ${value}`,
  europeanUnion: 'European Union',
  verification: {
    PENDING: 'Being verified',
    VERIFIED: 'Verified',
    UNVERIFIED: 'Not verified',
    UNAVAILABLE: null,
  },
  exemption: { NONE: null, EXEMPT: 'Exempt from taxes.', REVERSE_CHARGE: 'Reverse charge: you owe the taxes.' },
  save: 'Save',
})

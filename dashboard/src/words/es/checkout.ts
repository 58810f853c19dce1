import type { Translations } from '../translated.js'

export const checkoutWords: Translations['checkoutWords'] = {
  confirming: 'Se está confirmando su pago.',
  paid: (what) => `Pagado. Ya tiene ${what}.`,
  beginsWithPayment: 'El plan empieza cuando se paga su primera factura.',
  byInvoice: (product) => `Ya tiene ${product}. La factura llega por correo electrónico.`,
  openInvoice: 'Abrir la factura',
  processing: 'El banco todavía está decidiendo. Puede tardar unos días.',
  notPaid: 'No se ha pagado.',
  canceled: 'No se ha cobrado nada.',
  unknown: 'Este pago no se conoce aquí o pertenece a otra cuenta.',
  failed: (message) => `Todavía no se ha podido leer el pago. Se volverá a intentar. ${message}`,
  back: 'Ver planes',
  toBilling: 'Abrir Facturación',
  toTemplate: (name) => `Volver a ${name}`,
}

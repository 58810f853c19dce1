import type { Translations } from '../translated.js'

export const discountWords: Translations['discountWords'] = {
  discount: 'Descuento',
  apply: 'Aplicar',
  once: (off) => `Descuento de ${off} en la próxima factura`,
  until: (off, date) => `Descuento de ${off} en cada factura hasta el ${date}`,
  forever: (off) => `Descuento de ${off} en cada factura`,
  titled: (title, text) => `${title}: ${text}`,
  line: (off) => `Menos un descuento de ${off}`,
  contained: (off) => `tras un descuento de ${off}`,
}

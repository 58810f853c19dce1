import type { Translations } from '../translated.js'

export const negotiatedWords: Translations['negotiatedWords'] = {
  title: 'Oferta para usted',
  terms: (plan, price) => `${plan} por ${price}`,
  units: (quantity) => `${quantity} unidades`,
  periods: (count) => `El precio se aplica a ${count} periodos.`,
  until: (date) => `El precio se aplica a los periodos que empiecen antes del ${date}.`,
  follows: (price) => `Después cuesta ${price}.`,
  expires: (date) => `Puede aceptarla hasta el ${date}.`,
  features: 'Condiciones de esta oferta',
  without: (feature) => `Sin ${feature}`,
  accept: 'Aceptar la oferta',
  active: (price, date) => `Paga un precio acordado de ${price}. Se aplica hasta el ${date}.`,
}

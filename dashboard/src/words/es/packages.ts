import type { Translations } from '../translated.js'

export const packages: Translations['words']['plans']['packages'] = {
  title: 'Amplíe su plan',
  have: (quantity) => `Su suscripción tiene ${quantity}.`,
  buy: 'Comprar',
  buyNamed: (name) => `Comprar ${name}`,
  add: 'Añadir',
  addNamed: (name) => `Añadir ${name}`,
  remove: 'Quitar',
  removeNamed: (name) => `Quitar ${name}`,
  addText: (price) => `${price}. El resto del periodo se cobra ahora con el método de pago de la suscripción.`,
  removeText: 'Termina ahora. Sus límites y créditos terminan con él.',
  keep: 'Cancelar',
  needsSubscription: 'Se añade a una suscripción: elija primero un plan.',
}

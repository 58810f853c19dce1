/** Texts of hosted pages in other languages: German and Spanish. */
const TEXTS: Readonly<Record<string, readonly [german: string, spanish: string]>> = {
  // Checkout
  Checkout: ['Bezahlen', 'Pago'],
  'Save a card': ['Karte speichern', 'Guardar una tarjeta'],
  'Save a payment method': ['Zahlungsmethode speichern', 'Guardar un método de pago'],
  'Nothing is charged now.': ['Es wird jetzt nichts abgebucht.', 'Ahora no se cobra nada.'],
  'Order summary': ['Bestellübersicht', 'Resumen del pedido'],
  '{amount} today': ['{amount} heute', '{amount} hoy'],
  Tax: ['Steuer', 'Impuestos'],
  Total: ['Gesamt', 'Total'],
  'Total today': ['Heute fällig', 'Total hoy'],
  '{days} days free, then the price above.': [
    '{days} Tage kostenlos, danach der Preis oben.',
    '{days} días gratis; después, el precio de arriba.',
  ],
  'Free until {date}, then the price above.': [
    'Kostenlos bis {date}, danach der Preis oben.',
    'Gratis hasta el {date}; después, el precio de arriba.',
  ],
  Email: ['E-Mail', 'Correo electrónico'],
  Cancel: ['Abbrechen', 'Cancelar'],
  Discount: ['Rabatt', 'Descuento'],
  'Promotion code': ['Aktionscode', 'Código promocional'],
  'Remove promotion code': ['Aktionscode entfernen', 'Quitar el código promocional'],
  Apply: ['Anwenden', 'Aplicar'],
  'This code is invalid.': ['Dieser Code ist ungültig.', 'Este código no es válido.'],
  Quantity: ['Anzahl', 'Cantidad'],
  'Quantity of {name}': ['Anzahl von {name}', 'Cantidad de {name}'],
  Update: ['Aktualisieren', 'Actualizar'],
  Card: ['Karte', 'Tarjeta'],
  'Pay with card': ['Mit Karte bezahlen', 'Pagar con tarjeta'],
  'Save card': ['Karte speichern', 'Guardar la tarjeta'],
  Pay: ['Bezahlen', 'Pagar'],
  'Pay {amount}': ['{amount} bezahlen', 'Pagar {amount}'],
  'Card number': ['Kartennummer', 'Número de tarjeta'],
  Expiry: ['Gültig bis', 'Caducidad'],
  'MM / YY': ['MM / JJ', 'MM / AA'],
  CVC: ['Prüfziffer (CVC)', 'CVC'],
  'Name on card': ['Name auf der Karte', 'Nombre en la tarjeta'],
  'Bank account': ['Bankkonto', 'Cuenta bancaria'],
  'The bank answers three days later. How shall it answer?': [
    'Die Bank antwortet drei Tage später. Wie soll sie antworten?',
    'El banco responde tres días después. ¿Cómo debe responder?',
  ],
  'Answer of the bank': ['Antwort der Bank', 'Respuesta del banco'],
  'It debits the account': ['Sie bucht den Betrag ab', 'Carga el importe en la cuenta'],
  'It refuses the debit': ['Sie lehnt die Abbuchung ab', 'Rechaza el cargo'],
  'Debit this account': ['Von diesem Konto abbuchen', 'Cargar en esta cuenta'],
  'Nothing to pay today': ['Heute ist nichts zu bezahlen', 'Hoy no hay nada que pagar'],
  Start: ['Beginnen', 'Empezar'],
  'Already paid': ['Bereits bezahlt', 'Ya está pagado'],
  Expired: ['Abgelaufen', 'Caducado'],
  'This checkout is complete': ['Diese Bestellung ist abgeschlossen', 'Este pedido está completado'],
  'This checkout has expired': ['Diese Seite ist abgelaufen', 'Esta página ha caducado'],
  'It was paid; nothing more will be charged.': [
    'Sie wurde bezahlt, und es wird nichts mehr abgebucht.',
    'Se ha pagado y no se cobrará nada más.',
  ],
  'Nothing was charged. Start again where you came from.': [
    'Es wurde nichts abgebucht. Beginnen Sie dort erneut, woher Sie kamen.',
    'No se ha cobrado nada. Vuelva a empezar desde la página anterior.',
  ],
  Back: ['Zurück', 'Volver'],
  '{amount} per {unit}': ['{amount} pro {unit}', '{amount} por {unit}'],
  '{amount} every {count} {units}': ['{amount} alle {count} {units}', '{amount} cada {count} {units}'],
  day: ['Tag', 'día'],
  week: ['Woche', 'semana'],
  month: ['Monat', 'mes'],
  year: ['Jahr', 'año'],
  days: ['Tage', 'días'],
  weeks: ['Wochen', 'semanas'],
  months: ['Monate', 'meses'],
  years: ['Jahre', 'años'],
  // Problems of a card
  'Your email is not valid.': ['Ihre E-Mail-Adresse ist ungültig.', 'Su correo electrónico no es válido.'],
  'Your card number is not one of the test cards.': [
    'Ihre Kartennummer gehört zu keiner Testkarte.',
    'Su número de tarjeta no es el de una tarjeta de prueba.',
  ],
  "Your card's expiry is not valid or in the past.": [
    'Das Ablaufdatum Ihrer Karte ist ungültig oder liegt in der Vergangenheit.',
    'La caducidad de su tarjeta no es válida o ya ha pasado.',
  ],
  "Your card's security code is incomplete.": [
    'Die Prüfziffer Ihrer Karte ist unvollständig.',
    'El código de seguridad de su tarjeta está incompleto.',
  ],
  'The name on the card is missing.': ['Der Name auf der Karte fehlt.', 'Falta el nombre en la tarjeta.'],
  'Your card was declined.': ['Ihre Karte wurde abgelehnt.', 'Su tarjeta ha sido rechazada.'],
  'Your card has insufficient funds.': [
    'Ihre Karte ist nicht ausreichend gedeckt.',
    'Su tarjeta no tiene fondos suficientes.',
  ],
  'We are unable to authenticate your payment method. Please choose a different one and try again.': [
    'Ihre Zahlungsmethode konnte nicht bestätigt werden. Wählen Sie eine andere, und versuchen Sie es erneut.',
    'No se ha podido autenticar su método de pago. Elija otro e inténtelo de nuevo.',
  ],
  // Test cards
  'Test cards': ['Testkarten', 'Tarjetas de prueba'],
  'No money moves here. Any later expiry and any CVC will do.': [
    'Hier fließt kein Geld. Jedes spätere Ablaufdatum und jede Prüfziffer gelten.',
    'Aquí no se mueve dinero. Sirven cualquier caducidad futura y cualquier CVC.',
  ],
  pays: ['bezahlt', 'paga'],
  'is declined': ['wird abgelehnt', 'se rechaza'],
  'asks for authentication (3D Secure)': ['verlangt eine Bestätigung (3D Secure)', 'pide autenticación (3D Secure)'],
  'has insufficient funds': ['ist nicht gedeckt', 'no tiene fondos'],
  'pays now and fails at renewal': [
    'bezahlt jetzt und schlägt bei der Verlängerung fehl',
    'paga ahora y falla al renovar',
  ],
  'asks for authentication each time, at renewals too': [
    'verlangt jedes Mal eine Bestätigung, auch bei Verlängerungen',
    'pide autenticación cada vez, también al renovar',
  ],
  // Challenge
  'Authenticate your payment': ['Zahlung bestätigen', 'Autentique su pago'],
  'Your bank asks you to confirm that this card may be kept.': [
    'Ihre Bank bittet Sie zu bestätigen, dass diese Karte gespeichert werden darf.',
    'Su banco le pide confirmar que esta tarjeta puede guardarse.',
  ],
  'Your bank asks you to confirm a payment of {amount}.': [
    'Ihre Bank bittet Sie, eine Zahlung von {amount} zu bestätigen.',
    'Su banco le pide confirmar un pago de {amount}.',
  ],
  'Complete authentication': ['Bestätigen', 'Completar la autenticación'],
  'Fail authentication': ['Ablehnen', 'Rechazar la autenticación'],
}

/** Writes an English text, or that of another language, with values in braces. Texts that have no other language stay English. */
export interface PageTexts {
  (text: string, values?: Readonly<Record<string, string | number>>): string
  /** Tag of the language, for documents and amounts. */
  readonly tag: 'en-US' | 'de' | 'es'
}

/** The texts of a session with a `locale`. English without one, and for languages that are not known here. */
export function textsOf({ locale }: { readonly locale?: string | null }): PageTexts {
  const language = locale?.split('-', 1)[0]
  const tag: PageTexts['tag'] = language === 'de' || language === 'es' ? language : 'en-US'
  const write = (text: string, values: Readonly<Record<string, string | number>> = {}): string => {
    const [german, spanish] = TEXTS[text] ?? [text, text]
    const found = tag === 'de' ? german : tag === 'es' ? spanish : text
    return found.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  }
  return Object.assign(write, { tag })
}

/** The texts that are translated. */
export const TRANSLATED = Object.keys(TEXTS)

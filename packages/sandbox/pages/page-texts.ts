import type { SandboxState } from '../sandbox-state.js'

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
  'Tax included': ['Enthaltene Steuer', 'Impuestos incluidos'],
  Total: ['Gesamt', 'Total'],
  'Total today': ['Heute fällig', 'Total hoy'],
  'then {price} from {date}': ['danach {price} ab {date}', 'después, {price} desde el {date}'],
  '{name}, daily': ['{name}, täglich', '{name}, diario'],
  '{name}, weekly': ['{name}, wöchentlich', '{name}, semanal'],
  '{name}, monthly': ['{name}, monatlich', '{name}, mensual'],
  '{name}, yearly': ['{name}, jährlich', '{name}, anual'],
  'Back to {name}': ['Zurück zu {name}', 'Volver a {name}'],
  'You allow {name} to charge this card for each period until you cancel.': [
    'Sie erlauben {name}, diese Karte für jeden Zeitraum zu belasten, bis Sie kündigen.',
    'Permite que {name} cobre a esta tarjeta cada periodo hasta que cancele.',
  ],
  Email: ['E-Mail', 'Correo electrónico'],
  Cancel: ['Abbrechen', 'Cancelar'],
  Discount: ['Rabatt', 'Descuento'],
  'Add a promotion code': ['Aktionscode hinzufügen', 'Añadir un código promocional'],
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
  Done: ['Erledigt', 'Hecho'],
  Authenticated: ['Bestätigt', 'Autenticado'],
  'Not authenticated': ['Nicht bestätigt', 'No autenticado'],
  'You can close this page.': ['Sie können diese Seite schließen.', 'Puede cerrar esta página.'],
  'Nothing was charged. Try again where you came from.': [
    'Es wurde nichts abgebucht. Versuchen Sie es dort erneut, woher Sie kamen.',
    'No se ha cobrado nada. Inténtelo de nuevo desde la página anterior.',
  ],
  'Complete authentication': ['Bestätigen', 'Completar la autenticación'],
  'Fail authentication': ['Ablehnen', 'Rechazar la autenticación'],
  // Billing portal
  Billing: ['Abrechnung', 'Facturación'],
  'Your billing': ['Ihre Abrechnung', 'Su facturación'],
  'Return to {host}': ['Zurück zu {host}', 'Volver a {host}'],
  'Payment method': ['Zahlungsmethode', 'Método de pago'],
  'None yet.': ['Noch keine.', 'Todavía no hay.'],
  'Billing details': ['Rechnungsangaben', 'Datos de facturación'],
  Name: ['Name', 'Nombre'],
  'Save details': ['Angaben speichern', 'Guardar los datos'],
  Invoices: ['Rechnungen', 'Facturas'],
  Date: ['Datum', 'Fecha'],
  Number: ['Nummer', 'Número'],
  Status: ['Status', 'Estado'],
  'Bank account ending in {last4}': ['Bankkonto mit der Endung {last4}', 'Cuenta bancaria terminada en {last4}'],
  '{brand} ending in {last4}, expires {expiry}': [
    '{brand} mit der Endung {last4}, gültig bis {expiry}',
    '{brand} terminada en {last4}, caduca el {expiry}',
  ],
  'Your plan': ['Ihr Plan', 'Su plan'],
  'You have no plan.': ['Sie haben keinen Plan.', 'No tiene ningún plan.'],
  'Changes to {plan} on {date}.': ['Wechselt am {date} zu {plan}.', 'Cambia a {plan} el {date}.'],
  'another plan': ['einem anderen Plan', 'otro plan'],
  'Cancel scheduled update': ['Geplante Änderung abbrechen', 'Cancelar el cambio programado'],
  'Ends on {date}.': ['Endet am {date}.', 'Termina el {date}.'],
  'Free until {date}.': ['Kostenlos bis {date}.', 'Gratis hasta el {date}.'],
  'Renews on {date}.': ['Verlängert sich am {date}.', 'Se renueva el {date}.'],
  'A payment failed. Pay the open invoice or change your card.': [
    'Eine Zahlung ist fehlgeschlagen. Bezahlen Sie die offene Rechnung, oder ändern Sie Ihre Karte.',
    'Un pago ha fallado. Pague la factura pendiente o cambie su tarjeta.',
  ],
  'This plan is unpaid.': ['Dieser Plan ist unbezahlt.', 'Este plan está sin pagar.'],
  'This plan is paused.': ['Dieser Plan ist pausiert.', 'Este plan está en pausa.'],
  'This plan is not complete.': ['Dieser Plan ist nicht abgeschlossen.', 'Este plan no está completo.'],
  Plan: ['Plan', 'Plan'],
  'Switch plan': ['Plan wechseln', 'Cambiar de plan'],
  'Keep my plan': ['Plan behalten', 'Mantener mi plan'],
  'Cancel plan': ['Plan kündigen', 'Cancelar el plan'],
  'Why do you leave?': ['Warum gehen Sie?', '¿Por qué se va?'],
  'customer service': ['Kundendienst', 'atención al cliente'],
  'low quality': ['geringe Qualität', 'poca calidad'],
  'missing features': ['fehlende Funktionen', 'faltan funciones'],
  other: ['anderes', 'otro motivo'],
  'switched service': ['anderer Anbieter', 'otro proveedor'],
  'too complex': ['zu kompliziert', 'demasiado complicado'],
  'too expensive': ['zu teuer', 'demasiado caro'],
  unused: ['nicht genutzt', 'no lo uso'],
  'Cancel your plan': ['Plan kündigen', 'Cancelar su plan'],
  'Cancel your plan?': ['Möchten Sie Ihren Plan kündigen?', '¿Quiere cancelar su plan?'],
  '{plan} ends now.': ['{plan} endet jetzt.', '{plan} termina ahora.'],
  '{plan} ends on {date}.': ['{plan} endet am {date}.', '{plan} termina el {date}.'],
  'Confirm your new plan': ['Neuen Plan bestätigen', 'Confirme su nuevo plan'],
  'On your next invoice': ['Auf Ihrer nächsten Rechnung', 'En su próxima factura'],
  'Due today': ['Heute fällig', 'A pagar hoy'],
  Confirm: ['Bestätigen', 'Confirmar'],
  'Your card was saved.': ['Ihre Karte wurde gespeichert.', 'Su tarjeta se ha guardado.'],
  'Your card was not saved.': ['Ihre Karte wurde nicht gespeichert.', 'Su tarjeta no se ha guardado.'],
  'Your plan was canceled.': ['Ihr Plan wurde gekündigt.', 'Su plan se ha cancelado.'],
  'Your plan continues.': ['Ihr Plan läuft weiter.', 'Su plan continúa.'],
  'Your plan was switched.': ['Ihr Plan wurde gewechselt.', 'Su plan se ha cambiado.'],
  'The scheduled update was canceled.': [
    'Die geplante Änderung wurde abgebrochen.',
    'El cambio programado se ha cancelado.',
  ],
  'Your details were saved.': ['Ihre Angaben wurden gespeichert.', 'Sus datos se han guardado.'],
  'This plan is not offered.': ['Dieser Plan wird nicht angeboten.', 'Este plan no se ofrece.'],
  'Plans cannot be canceled here.': [
    'Pläne können hier nicht gekündigt werden.',
    'Los planes no se pueden cancelar aquí.',
  ],
  'No update is scheduled.': ['Es ist keine Änderung geplant.', 'No hay ningún cambio programado.'],
  'An update is scheduled. Cancel the scheduled update first.': [
    'Eine Änderung ist geplant. Brechen Sie zuerst die geplante Änderung ab.',
    'Hay un cambio programado. Cancélelo primero.',
  ],
  // PayPal
  'Approve your payment': ['Zahlung freigeben', 'Apruebe su pago'],
  'Pay {name}': ['{name} bezahlen', 'Pagar a {name}'],
  'the merchant': ['den Händler', 'el comercio'],
  'Your PayPal account': ['Ihr PayPal-Konto', 'Su cuenta de PayPal'],
  'Pay with': ['Bezahlen mit', 'Pagar con'],
  'PayPal balance': ['PayPal-Guthaben', 'Saldo de PayPal'],
  'A card that will be declined': ['Eine Karte, die abgelehnt wird', 'Una tarjeta que se rechazará'],
  'Bank account that pays three days later': [
    'Bankkonto, das drei Tage später bezahlt',
    'Cuenta bancaria que paga tres días después',
  ],
  'Bank account that refuses three days later': [
    'Bankkonto, das drei Tage später ablehnt',
    'Cuenta bancaria que rechaza tres días después',
  ],
  'A card that pays now and fails at renewals': [
    'Eine Karte, die jetzt bezahlt und bei Verlängerungen fehlschlägt',
    'Una tarjeta que paga ahora y falla en las renovaciones',
  ],
  'Choose one of these ways to pay.': ['Wählen Sie eine dieser Zahlungsarten.', 'Elija una de estas formas de pago.'],
  'Your card was declined. Choose another way to pay.': [
    'Ihre Karte wurde abgelehnt. Wählen Sie eine andere Zahlungsart.',
    'Su tarjeta ha sido rechazada. Elija otra forma de pago.',
  ],
  Approved: ['Freigegeben', 'Aprobado'],
  'This order has expired': ['Diese Bestellung ist abgelaufen', 'Este pedido ha caducado'],
  'This order is approved': ['Diese Bestellung ist freigegeben', 'Este pedido está aprobado'],
  'Nothing was charged.': ['Es wurde nichts abgebucht.', 'No se ha cobrado nada.'],
  'You can return to the merchant.': ['Sie können zum Händler zurückkehren.', 'Puede volver al comercio.'],
  'Agree to a subscription': ['Einem Abonnement zustimmen', 'Acepte una suscripción'],
  'Agree to a change': ['Einer Änderung zustimmen', 'Acepte un cambio'],
  'Subscribe to {plan}': ['{plan} abonnieren', 'Suscribirse a {plan}'],
  'Change to {plan}': ['Zu {plan} wechseln', 'Cambiar a {plan}'],
  'a plan': ['einem Plan', 'un plan'],
  'Quantity: {count}. It holds from the next bill on.': [
    'Anzahl: {count}. Sie gilt ab der nächsten Abrechnung.',
    'Cantidad: {count}. Se aplica desde el próximo cobro.',
  ],
  Agree: ['Zustimmen', 'Aceptar'],
  Subscription: ['Abonnement', 'Suscripción'],
  'Nothing is left to agree to': ['Es ist keine Zustimmung mehr nötig', 'No queda nada que aceptar'],
  'This subscription is {status}.': ['Dieses Abonnement ist {status}.', 'Esta suscripción está {status}.'],
  'not approved yet': ['noch nicht freigegeben', 'sin aprobar'],
  approved: ['freigegeben', 'aprobada'],
  active: ['aktiv', 'activa'],
  suspended: ['ausgesetzt', 'suspendida'],
  canceled: ['gekündigt', 'cancelada'],
  over: ['beendet', 'terminada'],
  'To set up': ['Einrichtung', 'Alta'],
  free: ['kostenlos', 'gratis'],
  'Trial: every {interval}': ['Probezeit: pro {interval}', 'Prueba: por {interval}'],
  'Every {interval}': ['Pro {interval}', 'Por {interval}'],
  '{count} times': ['{count} Mal', '{count} veces'],
  // Invoices and receipts
  'Invoice {number}': ['Rechnung {number}', 'Factura {number}'],
  Draft: ['Entwurf', 'Borrador'],
  'To be paid': ['Zu bezahlen', 'Pendiente de pago'],
  Paid: ['Bezahlt', 'Pagada'],
  Void: ['Storniert', 'Anulada'],
  '{status}, due on {date}': ['{status}, fällig am {date}', '{status}, vence el {date}'],
  What: ['Posten', 'Concepto'],
  Amount: ['Betrag', 'Importe'],
  'Amount paid': ['Bezahlter Betrag', 'Importe pagado'],
  'Amount due': ['Fälliger Betrag', 'Importe pendiente'],
  'Applied balance': ['Verrechnetes Guthaben', 'Saldo aplicado'],
  'Download as PDF': ['Als PDF herunterladen', 'Descargar en PDF'],
  'Stackgate sandbox: no money moved': [
    'Stackgate-Sandbox: Es ist kein Geld geflossen',
    'Sandbox de Stackgate: no se ha movido dinero',
  ],
  Receipt: ['Beleg', 'Recibo'],
  Pending: ['Ausstehend', 'Pendiente'],
  Refunded: ['Erstattet', 'Reembolsado'],
}

/** Writes an English text, or that of another language, with values in braces. Texts that have no other language stay English. */
export interface PageTexts {
  (text: string, values?: Readonly<Record<string, string | number>>): string
  /** Tag of the language, for documents and amounts. */
  readonly tag: 'en-US' | 'de' | 'es'
}

/**
 * The texts of a page of a customer, in the language of its session. Without one, the first language that the customer prefers counts, as on the
 * invoice pages of Stripe.
 */
export function textsForCustomer(
  world: SandboxState,
  customer: string | null,
  locale: string | null = null,
): PageTexts {
  const [preferred = null] = world.store.get('customer', customer ?? '')?.preferred_locales ?? []
  return textsOf({ locale: locale === null || locale === 'auto' ? preferred : locale })
}

/** A day as people read it. */
export const dateIn = ({ tag }: PageTexts, seconds: number): string =>
  new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000)

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

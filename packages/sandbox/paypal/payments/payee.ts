/** The merchant that every payment goes to. */
export const PAYEE = { email_address: 'merchant@sandbox.example.com', merchant_id: 'STCKGTSNDBX22' }

/** Page where a buyer changes the automatic payment. PayPal has no other page for it. It is the same for all buyers. */
export const AUTOPAY_PAGE = 'https://www.paypal.com/myaccount/autopay/'

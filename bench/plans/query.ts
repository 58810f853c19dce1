/** Query of a price page: every plan with its prices and features. */
export const plansQuery = `query Plans {
  plans {
    code
    name
    rank
    prices { money { amountMinor currency } interval { unit count } }
    features { feature { code kind } enabled unlimited amount window }
  }
}`

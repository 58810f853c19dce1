/** Queries of docs/tutorial.md, in its order, for the tabs of GraphiQL. A test validates them against the schema. */
export const exampleQueries: readonly string[] = [
  `# Your account, and what is for sale.
# Run it with the button or Ctrl+Enter.
query Start {
  viewer {
    user { email }
    account { plan { plan { name } deploymentsLeft } }
  }
  plans {
    code
    name
    prices { money { formatted } interval { unit count } }
  }
}
`,
  `# 1. A template that requires the plan Plus:
# refused, with what would lift it.
query Refusal {
  template(by: { slug: "wordpress_plus" }) {
    id
    eligibility {
      allowed
      denials {
        code
        message
        remedies { mutation label price { money { formatted } } }
      }
    }
  }
}
`,
  `# 2. Buy the plan: open the url of the answer
# and pay with the card 4242 4242 4242 4242.
mutation Buy {
  startSubscription(
    input: { plan: "plus" }
    key: "first"
  ) {
    checkout { url }
    denial { code message }
  }
}
`,
  `# 3. After the payment the plan is yours.
query Result {
  account {
    plan { plan { name } endsAt deploymentsLeft }
    billing { events(first: 10) { nodes { sequence type summary } } }
  }
}
`,
  `# 4. Deploy. Put the id of "Refusal" into the variables below.
mutation Deploy($template: ID!) {
  startDeployment(
    input: { templateId: $template }
    key: "d1"
  ) {
    enrolmentToken
    deployment { hash }
    denial { code message }
  }
}
`,
  `# Live: what happens to your account while this tab is open.
subscription Live {
  billingEvents { cursor ... on Event { type summary } }
}
`,
]

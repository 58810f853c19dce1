import { graphql } from 'relay-runtime'

/** Pages, refetching and identification by `node`, as Relay's compiler checks them. */
export const page = graphql`
  query accountPageQuery($id: ID!) {
    node(id: $id) {
      ...accountPage_account @alias
    }
    viewer {
      account {
        ...accountPage_account
      }
    }
  }
`
export const account = graphql`
  fragment accountPage_account on Account
  @refetchable(queryName: "accountPageRefetchQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    id
    name
    plan {
      plan {
        id
        code
      }
    }
    deployments(first: $first, after: $after) @connection(key: "accountPage_deployments") {
      edges {
        node {
          ... on Deployment {
            id
            hash
            status
          }
        }
      }
    }
  }
`
export const templates = graphql`
  query accountPageTemplatesQuery($first: Int!, $after: String) {
    templates(first: $first, after: $after) @connection(key: "accountPage_templates") {
      totalCount
      edges {
        node {
          ...accountPage_template @alias(as: "template")
        }
      }
    }
  }
`
export const events = graphql`
  subscription accountPageSubscription($account: ID, $after: String) {
    billingEvents(accountId: $account, after: $after) {
      __typename
      cursor
      ... on Event {
        id
        type
      }
    }
  }
`
export const template = graphql`
  fragment accountPage_template on Template {
    id
    slug
  }
`
export const products = graphql`
  query accountPageProductsQuery($first: Int!, $after: String) {
    products(first: $first, after: $after) @connection(key: "accountPage_products") {
      edges {
        cursor
        node {
          ... on Product {
            id
            code
          }
        }
      }
    }
  }
`

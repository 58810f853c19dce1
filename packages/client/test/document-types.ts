// Compiled, never run: types of documents as gql.tada infers them must be those that the generator writes.
import type { ResultOf, VariablesOf } from '../src/graphql.js'
import { graphql } from '../src/graphql.js'
import type * as documents from '../src/generated/documents/index.js'

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T
/** A type without the values of enums that a newer server adds, which gql.tada does not infer. */
type Closed<T> = T extends string
  ? string & {} extends T
    ? never
    : T
  : T extends object
    ? { readonly [Key in keyof T]: Closed<T[Key]> }
    : T
/** Each is assignable to the other. */
type Same<A, B> = [Closed<A>] extends [Closed<B>] ? ([Closed<B>] extends [Closed<A>] ? true : false) : false
/** Does not compile unless its type is `true`. */
const expectTrue = (_value: true): void => undefined

const members = graphql(`
  query Members($account: ID, $filter: MemberFilter, $first: Int = 50, $after: String) {
    account(id: $account) {
      id
      viewerRole
      viewerCan
      members(first: $first, after: $after, filter: $filter) {
        totalCount
        nodes {
          id
          role
          createdAt
          user {
            id
            name
            email
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      usage {
        entitlement(feature: "members") {
          feature {
            id
          }
          unlimited
          limit
          used
          remaining
        }
      }
    }
  }
`)
expectTrue(true satisfies Same<DeepReadonly<ResultOf<typeof members>>, documents.MembersData>)
expectTrue(
  true satisfies Same<DeepReadonly<VariablesOf<typeof members>['filter']>, documents.MembersVariables['filter']>,
)

const operatorEvents = graphql(`
  subscription OperatorEvents($after: String, $types: [String!], $except: [String!]) {
    operatorEvents(after: $after, types: $types, except: $except) {
      __typename
      cursor
      at
      ... on Event {
        id
        type
        summary
        data
        account {
          id
          externalId
          name
        }
      }
    }
  }
`)
expectTrue(true satisfies Same<DeepReadonly<ResultOf<typeof operatorEvents>>, documents.OperatorEventsData>)
expectTrue(true satisfies Same<VariablesOf<typeof operatorEvents>['after'], documents.OperatorEventsVariables['after']>)

const viewer = graphql(`
  query Viewer {
    viewer {
      user {
        id
        name
        email
      }
      roles
      language
      account {
        id
        kind
        externalId
        name
        viewerRole
        viewerCan
      }
      accounts(first: 50) {
        nodes {
          id
          kind
          externalId
          name
          viewerRole
          viewerCan
          billing {
            subscription {
              id
              status
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      vendor {
        id
        name
        verified
      }
    }
  }
`)
expectTrue(true satisfies Same<DeepReadonly<ResultOf<typeof viewer>>, documents.ViewerData>)

const startSubscription = graphql(`
  mutation StartSubscription($input: StartSubscriptionInput!, $key: String!) {
    startSubscription(input: $input, key: $key) {
      checkout {
        id
        url
      }
      denial {
        code
        message
      }
    }
  }
`)
type Started = NonNullable<ResultOf<typeof startSubscription>['startSubscription']>
type Documented = NonNullable<documents.StartSubscriptionData['startSubscription']>
expectTrue(true satisfies Same<NonNullable<Started['checkout']>['url'], NonNullable<Documented['checkout']>['url']>)
expectTrue(true satisfies Same<NonNullable<Started['denial']>['code'], NonNullable<Documented['denial']>['code']>)
expectTrue(
  true satisfies Same<
    VariablesOf<typeof startSubscription>['input']['plan'],
    documents.StartSubscriptionVariables['input']['plan']
  >,
)

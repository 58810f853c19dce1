//! Prints a request for each of three values of a member: a text, left out, and null.
mod operations;

use graphql_client::{GraphQLQuery, QueryBody};
use operations::{upsert_account, UpsertAccount};
use serde_json::json;

fn main() {
    let account_id = std::env::args().nth(1).unwrap();
    for email in [Some("ann@example.com"), None] {
        let input = upsert_account::AccountInput {
            billing_email: email.map(String::from),
            currency: None,
            language: None,
            metadata: None,
            name: Some("Ann".to_string()),
            time_zone: None,
        };
        let account_id = account_id.clone();
        let body = UpsertAccount::build_query(upsert_account::Variables { account_id, input });
        println!("{}", serde_json::to_string(&body).unwrap());
    }
    let body = QueryBody {
        variables: json!({ "accountId": account_id, "input": { "billingEmail": null } }),
        query: upsert_account::QUERY,
        operation_name: upsert_account::OPERATION_NAME,
    };
    println!("{}", serde_json::to_string(&body).unwrap());
}

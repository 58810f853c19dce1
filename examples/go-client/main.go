// Uses a unit of a feature, or prints why the account cannot use it.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"stackgate.example/stackgate"
)

func main() {
	client, err := stackgate.New(os.Getenv("STACKGATE_URL"), os.Getenv("STACKGATE_SECRET_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	use := stackgate.ConsumeRequest{AccountID: os.Getenv("STACKGATE_ACCOUNT"), Feature: "attribution_runs"}
	if used, denial, err := client.Consume(context.Background(), use); err != nil {
		log.Fatal(err)
	} else if denial != nil {
		fmt.Println("Denied:", denial.Message)
	} else {
		fmt.Println("Used:", used.Amount)
	}
}

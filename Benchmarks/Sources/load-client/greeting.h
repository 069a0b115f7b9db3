// What a connection says before it is measured: PostgreSQL wants to know who is there and which statements will come.
#pragma once
#include "answers.h"
#include "connection.h"
#include "requests.h"

/// Sends each request of `greeting` and waits for its answers; ends the process if one is an error or does not come.
void greet(struct connection *connection, const struct requests *greeting, answer_reader read_answer);

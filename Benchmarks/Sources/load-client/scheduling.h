#pragma once

/// Comes to the processor soon after waking: what the client waits for its own turn counts as latency of the server.
void be_prompt(void);

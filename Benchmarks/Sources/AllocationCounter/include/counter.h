#pragma once
// Nothing to call: the counter works by being preloaded.

//! What must survive a crash: deliveries, what was said, and a cache. Never truth.

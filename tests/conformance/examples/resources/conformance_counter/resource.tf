resource "conformance_counter" "tickets" {
  start = 100
  step  = 1

  # The provider chooses another name for the new one, so the two do not meet.
  lifecycle {
    create_before_destroy = true
  }
}

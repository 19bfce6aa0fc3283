check "manifest" {
  assert {
    condition     = length(provider::kre::krt_validate(file("${path.module}/krt.yaml"))) == 0
    error_message = "Something is wrong with krt.yaml, or looks odd."
  }
}

output "refused_by_the_original_engine" {
  value = [
    for problem in provider::kre::krt_validate(file("${path.module}/krt.yaml"), true) :
    "${problem.line}: ${problem.message}"
  ]
}

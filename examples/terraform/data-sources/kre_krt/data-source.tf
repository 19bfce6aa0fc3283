data "kre_krt" "greeter" {
  path = "${path.module}/greeter"
}

output "images" {
  description = "Image of every node, by workflow."
  value = {
    for name, workflow in data.kre_krt.greeter.workflows :
    name => { for node, it in workflow.nodes : node => it.image }
  }
}

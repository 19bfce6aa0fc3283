# Namespace and id
terraform import kre_runtime.demo kre-demo/demo

# The id alone, where the namespace is `kre-` and the id
terraform import kre_runtime.demo demo

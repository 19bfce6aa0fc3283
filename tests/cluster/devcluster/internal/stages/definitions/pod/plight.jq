# What the selectors of all stages have in common. Everything is asked of a pod.

def mark($name): .metadata.annotations["devcluster.kre.konstellation.io/" + $name];

def every_container: (.spec.initContainers // []) + .spec.containers;

# Domains below .invalid do not exist, so no node can pull from them.
def unpullable: .image | split("/") | length > 1 and (.[0] | split(":")[0] | endswith(".invalid"));

def image_name: .image | split("@")[0] | split("/")[-1] | split(":")[0];

# What a process stands for.
def service: image_name | IN("nats", "mongo", "minio", "versitygw", "influxdb", "kre-entrypoint");

def fate:
  if any(every_container[]; unpullable) then "pull-error"
  elif mark("fate") then mark("fate")
  elif any(.spec.containers[]; service) then "service"
  elif any(.metadata.ownerReferences[]?; .kind == "Job") then "job"
  else "ordinary"
  end;

# The container that the fate befalls.
def failing:
  mark("container") as $named
  | first(every_container[] | select(unpullable))
    // first(every_container[] | select(.name == $named))
    // .spec.containers[0];

def failing_status:
  failing.name as $name
  | first((.status.initContainerStatuses // []) + (.status.containerStatuses // []) | .[] | select(.name == $name))
    // null;

# Whether an image that is not there is not asked for.
def never_pulled: failing.imagePullPolicy == "Never";

# Whether a container that has ended stays so.
def final($ended):
  .spec.restartPolicy as $policy
  | failing as $container
  | any(.spec.initContainers[]?; .name == $container.name) as $init
  | $container.restartPolicy != "Always"
    and ($policy == "Never" or ($ended.exitCode == 0 and ($init or $policy == "OnFailure")));

def position:
  failing_status as $status
  | if .metadata.deletionTimestamp then "deleted"
    elif .status.phase | IN("Succeeded", "Failed") then "over"
    elif $status == null then "new"
    elif $status.state.running then
      if all(.status.containerStatuses[]; .ready) then "ready" else "unready" end
    elif $status.state.terminated then
      if final($status.state.terminated) then "over" else "terminated" end
    elif $status.state.waiting.reason | IN("ContainerCreating", "PodInitializing") then "creating"
    else $status.state.waiting.reason
    end;

# What stages are chosen by.
def plight: fate + " " + position;

# Whether something happens only after a while.
def delayed: mark("delay") | IN(null, "", "0", "0s") | not;

def probed: any(.spec.containers[]; .readinessProbe or .startupProbe);


// Package pods plays the pods of service images as processes: a small kubelet for pods that the
// scheduler has bound to nodes of KWOK.
//
// A pod is played if one of its containers has the image of a service (NATS, MongoDB, MinIO,
// versitygw, InfluxDB) or of an entrypoint of KRE, unless it is meant to fail or has an image of a
// registry that nobody can reach: those are for the stages of KWOK, as are all other pods. Each of
// its service containers is a process of a program from the programs folder, on an address of the
// pod's own; so is an init container that fetches the files of an entrypoint.
//
// The pods of KRE's nodes are for KWOK too: nothing runs what is in them. Beside each that is ready
// a process makes the consumers in NATS that its runner would make, and says in the container's log
// what comes there.
//
// # Like a kubelet
//
// Arguments and environment, with the words for what is missing; volumes of ConfigMaps, Secrets,
// fields and tokens, in the layout of a kubelet; claims, for which the pod waits; probes; restarts
// and their back-off; the status, its conditions and phases; events; the end by signal, hook that
// sleeps, grace and kill; the last status before the pod is deleted.
//
// # Unlike a kubelet
//
//   - Nothing is isolated: a process has the rights, files and limits of whoever started the
//     cluster. Requests and limits count for the scheduler and the environment, nobody enforces
//     them, and there is no OOM. Of security contexts only runAsNonRoot is looked at, as if every
//     image ran as root.
//   - There is no file system of a container. Mount paths and the folders that a program of any
//     image may write to (see ownFolders) are rewritten to folders of the host, as text: in
//     arguments, values of variables, and files of ConfigMaps, Secrets and projections; not in
//     binary files, nor in files of other volumes, nor behind a flag of one letter without a space
//     (-c/data). A mount below another one is seen by its own path only. Volumes of kind hostPath
//     are empty folders, other kinds but the above never mount.
//   - Files of volumes are written when a container starts, and not again while it runs.
//   - The process listens on 127.S.x.y, the status shows 10.S.x.y, and status.podIP in variables
//     and files is the former: what is told to peers must be where they can reach it. 127.0.0.1 is
//     the machine's. Nothing plays kube-proxy: cluster IPs and node ports lead nowhere, names do
//     (see package names).
//   - A command that is none of the programs runs the program of that name of this machine.
//   - Other containers are pretended, with init containers of services among them: init containers
//     are done at once, all others run, are ready and end well. What is missing for their
//     environment holds them up all the same.
//   - A node of KRE is known by variable KRT_NATS_INPUTS, declared one by one (env, not envFrom). The
//     process beside it is killed with it, without grace, and not told of volumes; no probe and no
//     restart of the pod has to do with it.
//   - Probes that execute something check instead whether the first port of the container is open.
//     The first probe comes after a second, not within a random part of the period. Hooks other than a
//     sleep before the end are not run, and nothing reads a termination message.
//   - What is missing is looked for every two seconds. A change of an image or of resources in place, a
//     deadline for the pod, evictions and ephemeral containers are not noticed.
//   - A pod that is deleted by force is killed at once, and the next pod of its name waits for its
//     end. When the cluster's program ends, processes have five seconds; a crash of it kills
//     them, and what a shell among them has started is left to `devcluster down`.
//   - Images are there already: the only failure to pull is that this cluster was started without
//     the program. Digests are made up from names.
package pods

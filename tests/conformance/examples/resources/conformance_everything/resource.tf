resource "conformance_everything" "a" {
  name    = "a"
  enabled = true

  amount     = 15
  percentage = 0.5
  exact      = 12345678901234567890.5
  level      = "high"
  text       = "spoken"
  anything   = { any = ["value", 1, true] }

  list              = ["x", "y"]
  list_with_default = ["z"]
  set               = [1, 2, 3]
  map               = { on = true, off = false }
  map_of_lists      = { odd = [1, 3], even = [2, 4] }
  rows = [
    [{ column = 1, content = "first" }, { column = 2, content = null }],
  ]

  secret    = "not shown"
  secret_wo = "not stored"
  zone      = "here"
  frozen    = "as it is"
  hostname  = "Example.com"
  document  = jsonencode({ a = 1 })

  single = {
    label  = "single"
    note   = "one of its kind"
    single = { on = true }
    list   = [{ on = true }, { on = false, text = "off" }]
    set    = [{ on = true, texts = ["x"] }]
    map    = { key = { on = true } }
  }
  list_of_parts = [{ label = "one" }, { label = "two", size = 2 }]
  set_of_parts  = [{ label = "one" }, { label = "two" }]
  map_of_parts  = { key = { label = "one", choice = "mine" } }

  single_block {
    title = "single"
    part  = { on = true }

    inner_block {
      note = "inside"
    }
  }

  group_block {
    note = "always there"
  }

  list_block {
    title = "first"
  }

  list_block {
    title  = "second"
    weight = 2
  }

  set_block {
    title = "without order"
  }

  map_block "label" {
    title = "by label"
  }

  mixed_block {
    value = "a text"
  }

  mixed_block {
    value = 1
  }

  computed_block {
    choice = "mine"
  }
}

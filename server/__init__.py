"""The organisation's side: leader, helper, collector, their set-up, and the fleet simulator."""

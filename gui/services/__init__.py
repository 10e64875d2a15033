"""gui.services"""
